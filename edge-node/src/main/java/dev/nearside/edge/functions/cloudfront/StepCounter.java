package dev.nearside.edge.functions.cloudfront;

import com.oracle.truffle.api.frame.VirtualFrame;
import com.oracle.truffle.api.instrumentation.ExecutionEventNode;
import com.oracle.truffle.api.instrumentation.SourceSectionFilter;
import com.oracle.truffle.api.instrumentation.StandardTags;
import com.oracle.truffle.api.instrumentation.TruffleInstrument;

/**
 * Counts the statements and calls that guest code executes, on the budget of the thread that executes them, and ends a
 * guest that is over it. What built-ins do inside one call counts as that call, so the count is the same in every run.
 */
@TruffleInstrument.Registration(id = StepCounter.ID, name = "Nearside step counter", services = StepCounter.Door.class)
public final class StepCounter extends TruffleInstrument {

    static final String ID = "nearside-step-counter";

    /** Only there to be looked up, which switches the instrument on. */
    static final class Door {}

    @Override
    protected void onCreate(Env env) {
        env.registerService(new Door());
        SourceSectionFilter steps = SourceSectionFilter.newBuilder()
                .tagIs(StandardTags.StatementTag.class, StandardTags.CallTag.class)
                .includeInternal(true)
                .build();
        env.getInstrumenter().attachExecutionEventFactory(steps, _ -> new CountingNode(env));
    }

    /** Stands before one statement or call of the guest. */
    private static final class CountingNode extends ExecutionEventNode {

        private final Env env;

        CountingNode(Env env) {
            this.env = env;
        }

        @Override
        protected void onEnter(VirtualFrame frame) {
            ComputeBudget budget = ComputeBudget.current();
            if (budget != null && !budget.spendStep()) {
                // Unlike an exception this cannot be caught by the guest.
                env.getEnteredContext().closeResourceExhausted(this, "over the function's limits");
            }
        }
    }
}
