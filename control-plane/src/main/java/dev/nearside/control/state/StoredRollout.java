package dev.nearside.control.state;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One rollout.
 *
 * @param id 1 or more, one more than the one before
 * @param fromRevision the newest for all nodes when it began
 * @param toRevision the one it began to bring to nodes
 * @param policy the rollout policy as JSON
 * @param wave the one it is at or ended at, from 0
 * @param reason why it was rolled back; else empty
 * @param endedMillis 0 while it is under way
 * @param who whose change it brings
 */
public record StoredRollout(
        long id,
        long fromRevision,
        long toRevision,
        String policy,
        Phase phase,
        int wave,
        String reason,
        long startedMillis,
        long endedMillis,
        String who) {

    private static final String COLUMNS =
            "id, from_revision, to_revision, policy, phase, wave, reason, started_millis, ended_millis, who";

    /** How a rollout stands. */
    public enum Phase {
        RUNNING,
        PAUSED,
        COMPLETED,
        ROLLED_BACK;

        public boolean isUnderWay() {
            return this == RUNNING || this == PAUSED;
        }
    }

    /** The same at another wave. */
    public StoredRollout at(int newWave) {
        return new StoredRollout(
                id, fromRevision, toRevision, policy, phase, newWave, reason, startedMillis, endedMillis, who);
    }

    /** The same, paused or not. */
    public StoredRollout in(Phase newPhase) {
        return new StoredRollout(
                id, fromRevision, toRevision, policy, newPhase, wave, reason, startedMillis, endedMillis, who);
    }

    /** The same, over. */
    public StoredRollout ended(Phase how, String why, long atMillis) {
        return new StoredRollout(id, fromRevision, toRevision, policy, how, wave, why, startedMillis, atMillis, who);
    }

    /** The number of the next rollout. */
    public static long nextId(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT COALESCE(MAX(id), 0) + 1 FROM rollout")) {
            rows.next();
            return rows.getLong(1);
        }
    }

    public void insert(Connection connection) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(
                "INSERT INTO rollout (" + COLUMNS + ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")) {
            insert.setLong(1, id);
            insert.setLong(2, fromRevision);
            insert.setLong(3, toRevision);
            insert.setString(4, policy);
            insert.setString(5, phase.name());
            insert.setInt(6, wave);
            insert.setString(7, reason);
            insert.setLong(8, startedMillis);
            insert.setLong(9, endedMillis);
            insert.setString(10, who);
            insert.executeUpdate();
        }
    }

    /** Stores how it stands now. */
    public void update(Connection connection) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(
                "UPDATE rollout SET phase = ?, wave = ?, reason = ?, ended_millis = ? WHERE id = ?")) {
            update.setString(1, phase.name());
            update.setInt(2, wave);
            update.setString(3, reason);
            update.setLong(4, endedMillis);
            update.setLong(5, id);
            update.executeUpdate();
        }
    }

    public static Optional<StoredRollout> find(Connection connection, long id) throws SQLException {
        try (PreparedStatement select =
                connection.prepareStatement("SELECT " + COLUMNS + " FROM rollout WHERE id = ?")) {
            select.setLong(1, id);
            return read(select).stream().findFirst();
        }
    }

    /** The newest first. */
    public static List<StoredRollout> newest(Connection connection, int limit) throws SQLException {
        try (PreparedStatement select =
                connection.prepareStatement("SELECT " + COLUMNS + " FROM rollout ORDER BY id DESC LIMIT ?")) {
            select.setInt(1, limit);
            return read(select);
        }
    }

    /** The one that is under way, if one is. */
    public static Optional<StoredRollout> underWay(Connection connection) throws SQLException {
        return newest(connection, 1).stream()
                .filter(rollout -> rollout.phase.isUnderWay())
                .findFirst();
    }

    private static List<StoredRollout> read(PreparedStatement select) throws SQLException {
        List<StoredRollout> all = new ArrayList<>();
        try (ResultSet rows = select.executeQuery()) {
            while (rows.next()) {
                all.add(new StoredRollout(
                        rows.getLong(1),
                        rows.getLong(2),
                        rows.getLong(3),
                        rows.getString(4),
                        Phase.valueOf(rows.getString(5)),
                        rows.getInt(6),
                        rows.getString(7),
                        rows.getLong(8),
                        rows.getLong(9),
                        rows.getString(10)));
            }
        }
        return all;
    }
}
