package io.quaestor.simulation.proxy;

import io.quaestor.simulation.Sabotage;
import io.quaestor.simulation.engine.Owner;
import io.quaestor.simulation.engine.Scheduler;
import io.quaestor.spi.datastore.IntentId;
import io.quaestor.spi.datastore.WriteRecord;
import io.quaestor.spi.datastore.WriteResult;
import io.quaestor.spi.model.Generation;
import io.quaestor.spi.model.StorageName;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Defects of a proxy that sit between it and its datastore: what it believes, and what it says.
final class StoreSabotage {

    private static final Duration OLD = Duration.ofSeconds(20);

    private final Sabotage sabotage;
    private final Scheduler scheduler;
    private final Owner owner;
    private final WriteFacts facts;
    private final Set<String> seen = new HashSet<>();
    private final Map<Object, Object> remembered = new HashMap<>();
    private final Map<Object, Long> rememberedAt = new HashMap<>();

    StoreSabotage(Sabotage sabotage, Scheduler scheduler, Owner owner, WriteFacts facts) {
        this.sabotage = sabotage;
        this.scheduler = scheduler;
        this.owner = owner;
        this.facts = facts;
    }

    /// A call of a store, with its arguments.
    @FunctionalInterface
    interface Call {
        Object make(Object[] arguments) throws Throwable;
    }

    Object instead(Method method, Object[] arguments, Call call) throws Throwable {
        return switch (method.getName()) {
            case "find" -> find(arguments, call);
            case "record" -> record(arguments, call);
            default -> call.make(arguments);
        };
    }

    private Object find(Object[] arguments, Call call) throws Throwable {
        if (sabotage != Sabotage.KEEP_OLD_PLACEMENTS) {
            return call.make(arguments);
        }
        var key = arguments[0];
        if (!remembered.containsKey(key) || scheduler.nanos() - rememberedAt.get(key) > OLD.toNanos()) {
            remembered.put(key, call.make(arguments));
            rememberedAt.put(key, scheduler.nanos());
        }
        return remembered.get(key);
    }

    @SuppressWarnings("unchecked")
    private Object record(Object[] arguments, Call call) throws Throwable {
        var records = (List<WriteRecord>) arguments[0];
        if (sabotage == Sabotage.ANSWER_BEFORE_RECORD) {
            scheduler.threads(owner).newThread(() -> makeAndForget(call, arguments)).start();
            return records.stream()
                    .<WriteResult>map(_ -> new WriteResult.Recorded(new Generation(0)))
                    .toList();
        }
        return call.make(new Object[] {records.stream().map(this::falsify).toList()});
    }

    private static void makeAndForget(Call call, Object[] arguments) {
        try {
            call.make(arguments);
        } catch (Throwable _) {
            // nobody hears of it: that is the defect
        }
    }

    private WriteRecord falsify(WriteRecord record) {
        var all = new HashSet<StorageName>(record.upToDate());
        all.addAll(record.outdated());
        return switch (sabotage) {
            case CALL_ALL_UP_TO_DATE -> with(record, all, Set.of(), record.intent());
            case OUTDATE_WITH_THE_LOST -> record.outdated().isEmpty() ? record : alone(record, record.primary(), all);
            case FOLLOW_THE_DEAD -> facts.of(record.correlationId())
                    .filter(WriteFacts.Fact::primaryLost)
                    .map(fact -> alone(record, fact.primary(), all))
                    .orElse(record);
            case COUNT_TWICE -> seen.add(record.correlationId()) ? record : with(record, record.upToDate(), record.outdated(), Optional.empty());
            case FORGET_JOBS -> with(record, record.upToDate(), Set.of(), record.intent());
            default -> record;
        };
    }

    /// Only one is up to date.
    private static WriteRecord alone(WriteRecord record, StorageName only, Set<StorageName> all) {
        var others = new HashSet<>(all);
        others.remove(only);
        return with(record, only, Set.of(only), others, record.intent());
    }

    private static WriteRecord with(
            WriteRecord record, Set<StorageName> upToDate, Set<StorageName> outdated, Optional<IntentId> intent) {
        return with(record, record.primary(), upToDate, outdated, intent);
    }

    private static WriteRecord with(
            WriteRecord record,
            StorageName primary,
            Set<StorageName> upToDate,
            Set<StorageName> outdated,
            Optional<IntentId> intent) {
        return switch (record) {
            case WriteRecord.Update u ->
                new WriteRecord.Update(u.id(), u.key(), primary, upToDate, outdated, u.correlationId(), intent);
            case WriteRecord.Creation c ->
                new WriteRecord.Creation(
                        c.id(), c.key(), c.path(), primary, upToDate, outdated, c.assign(), c.correlationId(), intent);
        };
    }
}
