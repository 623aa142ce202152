package dev.nearside.edge.functions.cloudfront;

import com.oracle.truffle.api.instrumentation.TruffleInstrument;
import com.oracle.truffle.api.interop.InteropException;
import com.oracle.truffle.api.interop.InteropLibrary;
import com.oracle.truffle.api.object.DynamicObject;
import java.util.ArrayList;
import java.util.List;

/** Shows the host the objects of a guest as the engine holds them, which polyglot values keep to themselves. */
@TruffleInstrument.Registration(
        id = GuestObjects.ID,
        name = "Nearside guest objects",
        services = GuestObjects.Door.class)
public final class GuestObjects extends TruffleInstrument {

    static final String ID = "nearside-guest-objects";

    /** Looks into the context that the calling thread has entered. */
    static final class Door {

        private final Env env;

        private Door(Env env) {
            this.env = env;
        }

        /** The objects in an array that a global variable holds. */
        List<DynamicObject> listedIn(String variable) {
            InteropLibrary interop = InteropLibrary.getUncached();
            try {
                Object list = interop.readMember(env.getScope(env.getLanguages().get("js")), variable);
                List<DynamicObject> objects = new ArrayList<>();
                for (long i = 0; i < interop.getArraySize(list); i++) {
                    objects.add((DynamicObject) interop.readArrayElement(list, i));
                }
                return objects;
            } catch (InteropException e) {
                throw new IllegalStateException("the guest's variable " + variable + " is no array of objects", e);
            }
        }
    }

    @Override
    protected void onCreate(Env env) {
        env.registerService(new Door(env));
    }
}
