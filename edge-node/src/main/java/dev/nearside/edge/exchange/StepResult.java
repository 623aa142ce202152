package dev.nearside.edge.exchange;

/** How a step of the viewer's state machine ends. */
sealed interface StepResult {

    /** Go on with that step at once. */
    record Next(ViewerExchange.Step step) implements StepResult {}

    /** Wait; whoever was asked resumes the machine. */
    record Pending() implements StepResult {
        static final Pending INSTANCE = new Pending();
    }

    /** The response is there; go on to the viewer. */
    record Respond(ViewerResponse response) implements StepResult {}

    /** Answer with an error page. */
    record Fail(EdgeError error) implements StepResult {}
}
