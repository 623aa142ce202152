package dev.nearside.edge.functions.jvm;

import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Opcode;
import java.lang.classfile.TypeKind;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDesc;
import java.lang.constant.DirectMethodHandleDesc;
import java.lang.constant.DynamicCallSiteDesc;
import java.lang.constant.MethodHandleDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayList;
import java.util.List;

/** The methods that one class gets in place of its references to methods of the JDK, so that their calls are metered. */
final class Bridges {

    private static final int IMPLEMENTATION = 1;

    private record Bridge(String name, MethodTypeDesc type, DirectMethodHandleDesc.Kind kind, JdkCalls.Target target) {}

    private final HandlerCode code;
    private final ClassDesc self;
    private final boolean inInterface;
    private final List<Bridge> bridges = new ArrayList<>();

    Bridges(HandlerCode code, ClassModel model) {
        this.code = code;
        this.self = model.thisClass().asSymbol();
        this.inInterface = (model.flags().flagsMask() & ClassFile.ACC_INTERFACE) != 0;
    }

    /** The lambda, with a method of this class where it named one that is not the upload's. */
    DynamicCallSiteDesc bridged(InvokeDynamicInstruction call) {
        List<ConstantDesc> arguments = new ArrayList<>(call.bootstrapArgs());
        DirectMethodHandleDesc handle = (DirectMethodHandleDesc) arguments.get(IMPLEMENTATION);
        boolean isConstructor = handle.kind() == DirectMethodHandleDesc.Kind.CONSTRUCTOR;
        String name = isConstructor ? "<init>" : handle.methodName();
        String owner = JdkCalls.internal(handle.owner());
        if (!code.declares(owner, name, handle.lookupDescriptor())) {
            arguments.set(IMPLEMENTATION, bridge(call, handle, name));
        }
        return DynamicCallSiteDesc.of(
                call.bootstrapMethod(),
                call.name().stringValue(),
                call.typeSymbol(),
                arguments.toArray(ConstantDesc[]::new));
    }

    private DirectMethodHandleDesc bridge(InvokeDynamicInstruction call, DirectMethodHandleDesc handle, String name) {
        MethodTypeDesc type = MethodTypeDesc.ofDescriptor(handle.lookupDescriptor());
        JdkCalls.Target target = new JdkCalls.Target(handle.owner(), name, type, handle.isOwnerInterface());
        MethodTypeDesc bridgeType = switch (handle.kind()) {
            case STATIC, INTERFACE_STATIC -> type;
            case CONSTRUCTOR -> type.changeReturnType(handle.owner());
            case VIRTUAL, INTERFACE_VIRTUAL -> {
                MethodTypeDesc captured = call.typeSymbol();
                ClassDesc receiver = captured.parameterCount() > 0 ? captured.parameterType(0) : handle.owner();
                yield type.insertParameterTypes(0, receiver);
            }
            default -> throw new IllegalArgumentException("a lambda of the kind " + handle.kind());
        };
        Bridge bridge = new Bridge("nearside$bridge$" + bridges.size(), bridgeType, handle.kind(), target);
        bridges.add(bridge);
        return MethodHandleDesc.ofMethod(
                inInterface ? DirectMethodHandleDesc.Kind.INTERFACE_STATIC : DirectMethodHandleDesc.Kind.STATIC,
                self,
                bridge.name(),
                bridgeType);
    }

    /** Adds the methods to their class. */
    void addTo(ClassBuilder out) {
        for (Bridge bridge : bridges) {
            out.withMethodBody(
                    bridge.name(),
                    bridge.type(),
                    ClassFile.ACC_PRIVATE | ClassFile.ACC_STATIC | ClassFile.ACC_SYNTHETIC,
                    body -> write(body, bridge));
        }
    }

    private void write(CodeBuilder out, Bridge bridge) {
        Metering.spend(out);
        boolean isConstructor = bridge.kind() == DirectMethodHandleDesc.Kind.CONSTRUCTOR;
        if (isConstructor) {
            out.new_(bridge.target().owner()).dup();
        }
        int slot = 0;
        for (ClassDesc parameter : bridge.type().parameterList()) {
            TypeKind kind = TypeKind.from(parameter);
            out.loadLocal(kind, slot);
            slot += kind.slotSize();
        }
        Opcode opcode = switch (bridge.kind()) {
            case CONSTRUCTOR -> Opcode.INVOKESPECIAL;
            case INTERFACE_VIRTUAL -> Opcode.INVOKEINTERFACE;
            case VIRTUAL -> Opcode.INVOKEVIRTUAL;
            default -> Opcode.INVOKESTATIC;
        };
        JdkCalls.emit(code, out, opcode, bridge.target());
        out.return_(TypeKind.from(bridge.type().returnType()));
    }
}
