package dev.nearside.simulator.apply.resource;

import dev.nearside.simulator.apply.template.Value;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** {@code AWS::KMS::Alias}. */
final class KmsAliasType implements ResourceType {

    private static final String NAME = "AliasName";
    private static final String KEY = "TargetKeyId";

    @Override
    public String name() {
        return "AWS::KMS::Alias";
    }

    @Override
    public Set<String> attributes() {
        return Set.of();
    }

    @Override
    public Set<String> immutable() {
        return Set.of(NAME);
    }

    @Override
    public Value.Members prepared(Value.Members properties, Path folder) {
        Shapes.refuseOthers(properties, Set.of(NAME, KEY));
        Shapes.required(properties, NAME);
        Shapes.required(properties, KEY);
        return properties;
    }

    @Override
    public Made create(Target target, Value.Members properties) {
        String name = Shapes.required(properties, NAME);
        target.aws().kms().createAlias(create -> create.aliasName(name).targetKeyId(Shapes.required(properties, KEY)));
        return new Made(name, Map.of());
    }

    @Override
    public Made update(Target target, Made made, Value.Members properties, Changes changes) {
        target.aws()
                .kms()
                .updateAlias(update -> update.aliasName(made.id()).targetKeyId(Shapes.required(properties, KEY)));
        return made;
    }

    @Override
    public boolean exists(Target target, Made made) {
        return target.aws().kms().listAliasesPaginator().aliases().stream()
                .anyMatch(alias -> alias.aliasName().equals(made.id()));
    }

    @Override
    public Optional<Made> find(Target target, Value.Members properties) {
        Made made = new Made(Shapes.required(properties, NAME), Map.of());
        return exists(target, made) ? Optional.of(made) : Optional.empty();
    }

    @Override
    public void delete(Target target, Made made) {
        Missing.ignore(() -> target.aws().kms().deleteAlias(delete -> delete.aliasName(made.id())));
    }
}
