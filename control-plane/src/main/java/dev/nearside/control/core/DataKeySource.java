package dev.nearside.control.core;

import dev.nearside.kit.watch.DataKeyAnswer;
import dev.nearside.kit.watch.DataKeyRequest;
import java.util.concurrent.CompletionStage;

/** Where data keys come from that nodes ask for. */
@FunctionalInterface
public interface DataKeySource {

    /** The answer, on any thread; a refusal is an answer. Never blocks. */
    CompletionStage<DataKeyAnswer> open(DataKeyRequest request);
}
