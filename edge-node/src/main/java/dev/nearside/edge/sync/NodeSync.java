package dev.nearside.edge.sync;

import dev.nearside.edge.cache.PurgeLog;
import dev.nearside.edge.functions.EngineChoice;
import dev.nearside.edge.functions.FunctionEngine;
import dev.nearside.edge.functions.FunctionRegistry;
import dev.nearside.edge.functions.InvokedFunctions;
import dev.nearside.edge.functions.cloudfront.CloudFrontFunctionEngine;
import dev.nearside.edge.functions.cloudfront.CloudFrontFunctions;
import dev.nearside.edge.http.NodeIdentity;
import dev.nearside.edge.routing.ActiveSnapshot;
import dev.nearside.kit.link.LinkProfile;
import dev.nearside.kit.time.Time;
import dev.nearside.kit.transport.Transport;
import dev.nearside.kit.watch.CodeQuestion;
import dev.nearside.kit.watch.InvokeQuestion;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** The door to a node's configuration: starts the watch, hands out the snapshot in force. */
public final class NodeSync implements AutoCloseable {

    /**
     * Where configuration comes from and where it is kept.
     *
     * @param controlPlane address of the node watch, looked up with each connection
     * @param link the emulated distance to it
     * @param random draws its jitter
     * @param enrolmentToken proof that this node may ask
     * @param folder for the last good snapshot and code
     */
    public record Source(
            InetSocketAddress controlPlane,
            LinkProfile link,
            RandomGenerator random,
            String enrolmentToken,
            Path folder) {
        @Override
        public String toString() {
            return "Source[" + controlPlane + ", " + folder + "]";
        }
    }

    /**
     * What runs code; stays its owner's.
     *
     * @param warmUpMillis how long a snapshot waits for the first environments of functions that are new in it
     * @param time by which data keys of environment variables grow old
     */
    public record Engines(
            List<FunctionEngine> functions, CloudFrontFunctionEngine cloudFront, long warmUpMillis, Time time) {
        public Engines {
            functions = List.copyOf(functions);
        }
    }

    private final SnapshotSubscriber subscriber;
    private final FunctionRegistry functions;
    private final CloudFrontFunctions cloudFrontFunctions;
    private final InvokeTopic invocations;

    private NodeSync(
            SnapshotSubscriber subscriber,
            FunctionRegistry functions,
            CloudFrontFunctions cloudFrontFunctions,
            InvokeTopic invocations) {
        this.subscriber = subscriber;
        this.functions = functions;
        this.cloudFrontFunctions = cloudFrontFunctions;
        this.invocations = invocations;
    }

    /**
     * Serves from the last good snapshot, if there is one, and starts to watch for newer ones.
     *
     * @param answers what the node knows on a question of the control plane
     * @throws IOException if the folder cannot be used
     */
    public static NodeSync start(
            Source source,
            NodeIdentity identity,
            Transport transport,
            Engines engines,
            PurgeLog purges,
            NodeAnswers answers)
            throws IOException {
        ControlPlaneConnection controlPlane = new ControlPlaneConnection(transport, source);
        NodeDisk disk = new NodeDisk(source.folder());
        NodeCode code = new NodeCode(controlPlane, disk);
        NodeVariables variables =
                new NodeVariables(identity.name(), controlPlane::post, engines.time(), controlPlane.loop());
        EngineChoice choice = new EngineChoice(engines.functions(), variables);
        InvokeTopic invocations =
                new InvokeTopic(identity.name(), new InvokedFunctions(choice), code.tried(), controlPlane.loop());
        SnapshotSubscriber subscriber = new SnapshotSubscriber(
                identity,
                controlPlane,
                disk,
                answers.with(InvokeQuestion.TOPIC, invocations)
                        .with(CodeQuestion.TOPIC, new CodeTopic(choice, code.tried())));
        FunctionRegistry functions = new FunctionRegistry(choice, code.kept());
        CloudFrontFunctions cloudFrontFunctions = new CloudFrontFunctions(engines.cloudFront());
        subscriber.start(new SnapshotApplier(functions, cloudFrontFunctions, purges, engines.warmUpMillis()));
        return new NodeSync(subscriber, functions, cloudFrontFunctions, invocations);
    }

    /** The snapshot in force; null before the first. */
    public @Nullable ActiveSnapshot active() {
        return subscriber.active();
    }

    @Override
    public void close() {
        subscriber.close();
        invocations.close();
        functions.close();
        cloudFrontFunctions.close();
    }
}
