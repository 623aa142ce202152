package dev.nearside.simulator.apply.stack;

import java.util.ArrayList;
import java.util.List;

/**
 * What an apply would do.
 *
 * @param steps about the resources of template and record, also those that stay as they are
 * @param notEmulated what stands for resources that are not made
 * @param notes what else a user should know
 * @param savesOnly whether something is to be saved although no resource changes
 */
public record Plan(List<Step> steps, List<String> notEmulated, List<String> notes, boolean savesOnly) {

    public Plan {
        steps = List.copyOf(steps);
        notEmulated = List.copyOf(notEmulated);
        notes = List.copyOf(notes);
    }

    /** Whether there is nothing to do. */
    public boolean isEmpty() {
        return steps.stream().allMatch(step -> step.action() == Action.UNCHANGED) && !savesOnly;
    }

    /** The plan as lines. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        steps.stream()
                .filter(step -> step.action() != Action.UNCHANGED)
                .map(Step::toString)
                .forEach(lines::add);
        long unchanged =
                steps.stream().filter(step -> step.action() == Action.UNCHANGED).count();
        if (unchanged > 0) {
            lines.add("=   " + unchanged + " unchanged");
        }
        notEmulated.forEach(line -> lines.add("?   not emulated: " + line));
        notes.forEach(note -> lines.add("!   " + note));
        return lines;
    }
}
