package dev.nearside.edge.functions.cloudfront;

import com.oracle.truffle.api.interop.InteropException;
import com.oracle.truffle.api.interop.InteropLibrary;
import com.oracle.truffle.api.object.DynamicObject;
import com.oracle.truffle.api.object.Property;
import com.oracle.truffle.api.object.PropertyGetter;
import com.oracle.truffle.api.object.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Guest objects as they were at one moment, to tell later whether they still are so: their properties with values and
 * attributes, their prototypes, whether they may be extended, and the elements of those that are arrays. An object's shape
 * stands for all of that but the values. What an object holds elsewhere, such as the entries of a map or the bytes of a
 * buffer, is not looked at.
 */
final class PristineObjects {

    /** One object as it was. */
    private record Pristine(
            DynamicObject object,
            Shape shape,
            PropertyGetter[] getters,
            Object[] values,
            Object @Nullable [] elements) {

        static Pristine of(DynamicObject object) {
            Shape shape = object.getShape();
            // Hidden properties too, for a prototype may be kept in one. Constant values belong to the shape.
            PropertyGetter[] getters = shape.getPropertyListInternal(true).stream()
                    .filter(property -> !property.getLocation().isConstant())
                    .map(Property::getKey)
                    .map(shape::makePropertyGetter)
                    .toArray(PropertyGetter[]::new);
            Object[] values =
                    Arrays.stream(getters).map(getter -> getter.get(object)).toArray();
            return new Pristine(object, shape, getters, values, isArray(object) ? elementsOf(object) : null);
        }

        boolean isUnchanged() {
            if (!shape.check(object)) {
                return false;
            }
            for (int i = 0; i < getters.length; i++) {
                if (!Objects.equals(getters[i].get(object), values[i])) {
                    return false;
                }
            }
            return elements == null
                    || (sizeOf(object) == elements.length && Arrays.equals(elements, elementsOf(object)));
        }
    }

    private final Pristine[] objects;

    /** The objects as they are now; their context is entered. */
    PristineObjects(List<DynamicObject> objects) {
        this.objects = objects.stream().map(Pristine::of).toArray(Pristine[]::new);
    }

    /** Whether all are as they were; their context is entered. */
    boolean areUnchanged() {
        for (Pristine object : objects) {
            if (!object.isUnchanged()) {
                return false;
            }
        }
        return true;
    }

    private static boolean isArray(DynamicObject object) {
        return InteropLibrary.getUncached().hasArrayElements(object);
    }

    private static Object[] elementsOf(DynamicObject object) {
        try {
            Object[] elements = new Object[Math.toIntExact(sizeOf(object))];
            for (int i = 0; i < elements.length; i++) {
                elements[i] = InteropLibrary.getUncached().readArrayElement(object, i);
            }
            return elements;
        } catch (InteropException e) {
            throw new IllegalStateException("the elements of an array of the guest cannot be read", e);
        }
    }

    private static long sizeOf(DynamicObject array) {
        try {
            return InteropLibrary.getUncached().getArraySize(array);
        } catch (InteropException e) {
            throw new IllegalStateException("the size of an array of the guest cannot be read", e);
        }
    }
}
