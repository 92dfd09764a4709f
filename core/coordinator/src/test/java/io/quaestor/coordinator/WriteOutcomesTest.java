package io.quaestor.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import io.quaestor.spi.model.StorageName;
import java.util.Arrays;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Who is up to date after a write, from the first vote to the record: RT 4.6, 10.1, 10.2; the outcome rule. See
/// [WriteStory].
class WriteOutcomesTest {

    @RegisterExtension
    final ProxyFixture proxy = new ProxyFixture();

    WriteOutcomesTest() throws InterruptedException {}

    /// `DeleteRefs` has no hooks: nodes that did the same end alike.
    @ParameterizedTest(name = "{0}: {1} → {2}, {3}, {4}")
    @CsvSource({
        // one node
        "5,     'all:Pa all:Ca all+',             'g1=CC',             '6: g1=6',           ''",
        "5,     'all-',                           '',                  '5: g1=5',           ''",
        "5,     'all+',                           '',                  '5: g1=5',           ''",
        "5,     'all:Pa all-',                    'g1=C',              '6: g1=6',           ''", // it may have written
        "5,     'all:Pa all:Ca all-',             'g1=CC',             '6: g1=6',           ''",
        // one node, and replicas that are outdated
        "5 4,   'all:Pa all:Ca all+',             'g1=CC',             '6: g1=6 g2=4',      'g1→g2'",
        "5 4,   'all-',                           '',                  '5: g1=5 g2=4',      ''",
        "5 4,   'all:Pa all:Ca all-',             'g1=CC',             '6: g1=6 g2=4',      'g1→g2'",
        "5 4 x, 'all:Pa all:Ca all+',             'g1=CC',             '6: g1=6 g2=4',      'g1→g2 g1→g3'",
        // all agree
        "5 5 5, 'all:Pa all:Ca all+',             'g1=CC g2=CC g3=CC', '6: g1=6 g2=6 g3=6', ''",
        "5 5 4, 'all:Pa all:Ca all+',             'g1=CC g2=CC',       '6: g1=6 g2=6 g3=4', 'g1→g3'",
        "5 5 x, 'all:Pa all:Ca all+',             'g1=CC g2=CC',       '6: g1=6 g2=6',      'g1→g3'",
        // nobody voted
        "5 5 5, 'all+',                           '',                  '5: g1=5 g2=5 g3=5', ''",
        "5 5 5, 'all-',                           '',                  '5: g1=5 g2=5 g3=5', ''",
        "5 5 4, 'all-',                           '',                  '5: g1=5 g2=5 g3=4', ''",
        // no quorum: nobody wrote anything
        "5 5 5, 'g1:Pa g2:Pb g3:Pc all-',         'g1=A g2=A g3=A',    '5: g1=5 g2=5 g3=5', ''",
        "5 5 5, 'g1:Pa g2:Pb g3:Pb all-',         'g1=A g2=A g3=A',    '5: g1=5 g2=5 g3=5', ''",
        "5 5 5, 'g2:Pa g3:Pa g1+ all-',           'g2=A g3=A',         '5: g1=5 g2=5 g3=5', ''", // it never voted
        "5 5 5, 'g2:Pa g3:Pa g1- all-',           'g2=A g3=A',         '5: g1=5 g2=5 g3=5', ''", // never without the primary
        // no quorum later: what was written before stays
        "5 5 5, 'all:Pa all:Ca g1:Pb g2:Pc g3:Pd all-', 'g1=CCA g2=CCA g3=CCA', '6: g1=6 g2=6 g3=6', ''",
        "5 5 5, 'all:Pa all:Ca g1:Pb g2:Pb g3:Pd g1:Cb g2:Cb all+', 'g1=CCCC g2=CCCC g3=CCA', '6: g1=6 g2=6 g3=5', 'g1→g3'",
        // one disagrees
        "5 5,   'g1:Pa g2:Pb g1:Ca g1+ g2-',      'g1=CC g2=A',        '6: g1=6 g2=5',      'g1→g2'",
        "5 5 5, 'g1:Pa g2:Pa g3:Pb g1:Ca g2:Ca g1+ g2+ g3-', 'g1=CC g2=CC g3=A', '6: g1=6 g2=6 g3=5', 'g1→g3'",
        "5 5 5, 'g3:Pb g2:Pa g1:Pa g1:Ca g2:Ca g1+ g2+ g3-', 'g1=CC g2=CC g3=A', '6: g1=6 g2=6 g3=5', 'g1→g3'",
        // one was permitted and does not confirm
        "5 5 5, 'all:Pa g1:Ca g2:Ca all+',        'g1=CC g2=CC g3=C',  '6: g1=6 g2=6 g3=5', 'g1→g3'",
        "5 5 5, 'all:Pa g1+ g2:Ca g3:Ca g2+ g3+', 'g1=C g2=CC g3=CC',  '6: g1=6 g2=5 g3=5', 'g1→g2 g1→g3'", // a live primary is the truth
        // votes that older nodes cast only once
        "5 5 5, 'all:Ua all+',                    'g1=C g2=C g3=C',    '6: g1=6 g2=6 g3=6', ''",
        "5 5 5, 'all:Ca all+',                    'g1=C g2=C g3=C',    '6: g1=6 g2=6 g3=6', ''",
        // waiting for each other changes nothing, and neither does the vote that ends a push
        "5 5 5, 'all:Ss all-',                    'g1=C g2=C g3=C',    '5: g1=5 g2=5 g3=5', ''",
        "5 5 5, 'all:As all:Ss all:C0 all+',      'g1=CCC g2=CCC g3=CCC', '5: g1=5 g2=5 g3=5', ''",
        "5 5 5, 'all:Pa all:Ca all:C0 all+',      'g1=CCC g2=CCC g3=CCC', '6: g1=6 g2=6 g3=6', ''",
        // the primary stops
        "5 5 5, 'g2:Sa stop g2:Pa all-',          'g2=SS',             '5: g1=5 g2=5 g3=5', ''",
        "5 5 5, 'all:Pa all:Ca g2:Sa stop g3:Sa all+', 'g1=CC g2=CCS g3=CCS', '6: g1=6 g2=6 g3=6', ''",
        // ends
        "5 5 5, 'all:Pa all:Ca all-',             'g1=CC g2=CC g3=CC', '6: g1=6 g2=6 g3=6', ''", // all failed alike
        "5 5 5, 'all:Pa all:Ca g1- g2+ g3+',      'g1=CC g2=CC g3=CC', '6: g1=6 g2=5 g3=5', 'g1→g2 g1→g3'",
        "5 5 5, 'all:Pa all:Ca g1- g2- g3~',      'g1=CC g2=CC g3=CC', '6: g1=6 g2=6 g3=5', 'g1→g3'",
        "5 5 5, 'all:Pa all:Ca g1- g2- g3+',      'g1=CC g2=CC g3=CC', '6: g1=6 g2=6 g3=5', 'g1→g3'",
        "5 5 5, 'all:Pa all:Ca g1+ g2+ g3-',      'g1=CC g2=CC g3=CC', '6: g1=6 g2=6 g3=5', 'g1→g3'",
        "5 5 5, 'all:Pa all:Ca g3! g1+ g2+',      'g1=CC g2=CC g3=CC', '6: g1=6 g2=6 g3=6', ''", // it had confirmed
    })
    void upToDateIsWhoDidWhatTheReferenceDid(
            String replicas, String story, String answers, String generations, String jobs)
            throws InterruptedException {
        put(replicas);
        var call = proxy.call(ProxyFixture.WRITE);

        var played = WriteStory.play(proxy, call, story);

        assertThat(played.answers()).isEqualTo(answers);
        assertThat(call.told()).isEqualTo("pass");
        assertThat(proxy.generations()).isEqualTo(generations);
        assertThat(proxy.jobs()).isEqualTo(jobs);
    }

    /// Hooks run on the primary alone, so nodes that did the same may end otherwise.
    @ParameterizedTest(name = "{0} → {1}, {2}")
    @CsvSource({
        "'all:Ss all:Pa all:Ca all:Sp all:C0 all+',           '6: g1=6 g2=6 g3=6', ''",
        "'all:Ss all:Pa all:Ca all:Sp g1- g2+ g3+',           '6: g1=6 g2=6 g3=6', ''",
        "'all:Ss all:Pa all:Ca g1- g2~ g3-',                  '6: g1=6 g2=6 g3=6', ''",
        "'g2:Ss g3:Ss stop g1+ g2- g3-',                      '5: g1=5 g2=5 g3=5', ''", // refused by the hooks
        "'all:Ss g1:Pa g2:Pa g3:Pb g1:Ca g2:Ca g1+ g2+ g3-',  '6: g1=6 g2=6 g3=5', 'g1→g3'",
    })
    void whereHooksRunTheEndsAreNotCompared(String story, String generations, String jobs)
            throws InterruptedException {
        put("5 5 5");

        WriteStory.play(proxy, proxy.call(ProxyFixture.PUSH), story);

        assertThat(proxy.generations()).isEqualTo(generations);
        assertThat(proxy.jobs()).isEqualTo(jobs);
    }

    /// `FetchRemote` writes objects before the first vote.
    @ParameterizedTest(name = "{0}: {1} → {2}, {3}")
    @CsvSource({
        "5 5 5, 'all:Pa all:Ca all+',    '6: g1=6 g2=6 g3=6', ''",
        "5 5 5, 'g1- g2- g3-',           '6: g1=6 g2=5 g3=5', 'g1→g2 g1→g3'", // alike, but something may have changed
        "5 5 5, 'g1- g2+ g3!',           '6: g1=6 g2=5 g3=5', 'g1→g2 g1→g3'",
        "5 5 5, 'g1! g2- g3-',           '6: g1=5 g2=6 g3=5', 'g2→g1 g2→g3'",
        "5 5 5, 'g1? g2? g3?',           '5: g1=5 g2=5 g3=5', ''",
        "5 5 5, 'g3! g1:Pa g2:Pa g1:Ca g2:Ca g1+ g2+', '6: g1=6 g2=6 g3=5', 'g1→g3'",
    })
    void whereSomethingIsWrittenOutsideOfVotesEveryEndCounts(
            String replicas, String story, String generations, String jobs) throws InterruptedException {
        put(replicas);

        WriteStory.play(proxy, proxy.call(ProxyFixture.WRITE_OUTSIDE_VOTES), story);

        assertThat(proxy.generations()).isEqualTo(generations);
        assertThat(proxy.jobs()).isEqualTo(jobs);
    }

    /// `x` is missing and should be there; a replica that is not named should not.
    private void put(String replicas) throws InterruptedException {
        var words = replicas.split(" ");
        var generations = new TreeMap<StorageName, Long>();
        IntStream.range(0, words.length)
                .filter(i -> !words[i].equals("x"))
                .forEach(i -> generations.put(ProxyFixture.STORAGES.get(i), Long.parseLong(words[i])));
        var id = proxy.memory.put(ProxyFixture.KEY, ProxyFixture.STORAGES.getFirst(), generations);
        proxy.memory.assign(
                id, Arrays.copyOf(ProxyFixture.STORAGES.toArray(StorageName[]::new), words.length));
    }
}
