package dev.nearside.simulator.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.nearside.kit.config.ConfigException;
import dev.nearside.simulator.geo.Atlas;
import dev.nearside.simulator.geo.UnknownPlaceException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** A file that describes a world whose parts are processes of their own, in the form of {@code /_nearside/world}. */
record WorldFile(RunningWorld.Description world, byte[] json) {

    /**
     * Reads it.
     *
     * @throws ConfigException if it cannot be read, or names no PoP, an unknown place, or a PoP without node or address
     */
    static WorldFile read(Path file) {
        try {
            String text = Files.readString(file);
            RunningWorld.Description world = RunningWorld.JSON.readValue(text, RunningWorld.Description.class);
            check(file, world);
            return new WorldFile(world, text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchFileException e) {
            throw new ConfigException("world: the file " + file + " does not exist");
        } catch (JsonProcessingException e) {
            throw new ConfigException("world: " + file + " does not describe a world: " + e.getOriginalMessage());
        } catch (IOException e) {
            throw new ConfigException("world: " + file + " cannot be read: " + e.getMessage());
        }
    }

    private static void check(Path file, RunningWorld.Description world) {
        if (world == null || world.runningPops().isEmpty()) {
            throw new ConfigException("world: " + file + " names no PoPs, expected at least one in pops");
        }
        try {
            if (world.originRegion() != null) {
                Atlas.builtIn().region(world.originRegion());
            }
            for (RunningWorld.RunningPop pop : world.runningPops()) {
                Atlas.builtIn().pop(String.valueOf(pop.code()));
                if (pop.node() == null
                        || pop.address() == null
                        || !pop.address().matches(".+:[0-9]{1,5}")) {
                    throw new ConfigException("world: " + file + " has PoP " + pop.code() + " with node " + pop.node()
                            + " and address " + pop.address() + ", expected the node's name and HOST:PORT");
                }
            }
        } catch (UnknownPlaceException e) {
            throw new ConfigException("world: " + file + ": " + e.getMessage());
        }
    }
}
