/* Networks: small ones told by hand, then random sets of findings against a naive flood fill, in two orders. */
#include "graph/networks.h"
#include "run_suite.h"
#include "world.h"

#define FINDINGS_MAX 40
#define TRANSFERS_MAX 6

/* Findings over letters: transfer "ab1" goes from account a to account b at hour 1; its key is its text. */
struct story {
    struct mt_finding findings[FINDINGS_MAX];
    struct mt_finding_transfer transfers[FINDINGS_MAX][TRANSFERS_MAX];
    const struct mt_finding *list[FINDINGS_MAX];
    size_t count;
};

static struct mt_token token_of(char letter)
{
    struct mt_token token = {{(uint8_t)letter}};

    return token;
}

static void tell(struct story *story, uint8_t score, const char *words)
{
    struct mt_finding *finding = &story->findings[story->count];
    struct mt_finding_transfer *transfers = story->transfers[story->count];

    *finding = (struct mt_finding){.transfers = transfers, .score = score};
    for (; words[0] != '\0'; words += words[3] == ' ' ? 4 : 3) {
        struct mt_finding_transfer *transfer = &transfers[finding->transfer_count++];

        memset(transfer, 0, sizeof *transfer);
        memcpy(transfer->key.bytes, words, 3);
        transfer->debtor = token_of(words[0]);
        transfer->creditor = token_of(words[1]);
        transfer->time_ms = (words[2] - '0') * MT_HOUR_MS;
    }
    finding->spine_count = finding->transfer_count;
    finding->id = transfers[0].key;
    story->list[story->count++] = finding;
}

static const struct mt_network_account *account_in(const struct mt_network *network, char letter)
{
    const struct mt_token token = token_of(letter);

    for (uint32_t i = 0; i < network->account_count; i++) {
        if (mt_token_equal(&network->accounts[i].account, &token))
            return &network->accounts[i];
    }
    ck_abort_msg("account %c is not in the network", letter);
    return NULL;
}

START_TEST(two_chains_through_one_mule)
{
    static struct story story;
    struct mt_networks networks;

    story.count = 0;
    tell(&story, 40, "bm2 mx3 xy4");
    tell(&story, 55, "am1 mx3 xz5");
    tell(&story, 90, "pq1 qr2 rs3");
    ck_assert_int_eq(mt_networks_find(story.list, story.count, &networks), MT_OK);
    ck_assert_uint_eq(networks.count, 2);
    ck_assert_uint_eq(networks.at[0].score, 90);
    const struct mt_network *network = &networks.at[1];
    ck_assert_uint_eq(network->finding_count, 2);
    ck_assert_mem_eq(network->id.bytes, "am1", 3);
    ck_assert_uint_eq(network->findings[0], 1); /* by id: "am1" before "bm2" */
    ck_assert_uint_eq(network->score, 55);
    ck_assert_uint_eq(network->transfer_count, 5);
    ck_assert_uint_eq(network->account_count, 6);
    ck_assert_int_eq(network->first_ms, MT_HOUR_MS);
    ck_assert_int_eq(network->last_ms, 5 * MT_HOUR_MS);
    ck_assert_uint_eq(account_in(network, 'a')->role, MT_NETWORK_SOURCE);
    ck_assert_uint_eq(account_in(network, 'm')->role, MT_NETWORK_MULE);
    ck_assert_uint_eq(account_in(network, 'm')->layer, 1);
    ck_assert_uint_eq(account_in(network, 'm')->payers, 2);
    ck_assert_uint_eq(account_in(network, 'x')->layer, 2);
    ck_assert_uint_eq(account_in(network, 'z')->role, MT_NETWORK_EXIT);
    mt_networks_destroy(&networks);
}
END_TEST

START_TEST(roles_by_shape)
{
    static struct story story;
    struct mt_networks networks;

    story.count = 0;
    tell(&story, 1, "ac1 bc2 dc3 ce4");
    tell(&story, 1, "ce4 ef5 eg6 eh7");
    tell(&story, 1, "uv1 vw2 wu3"); /* round and round: nobody is a source */
    ck_assert_int_eq(mt_networks_find(story.list, story.count, &networks), MT_OK);
    ck_assert_uint_eq(networks.count, 2);
    ck_assert_uint_eq(account_in(&networks.at[0], 'c')->role, MT_NETWORK_COLLECTOR);
    ck_assert_uint_eq(account_in(&networks.at[0], 'e')->role, MT_NETWORK_DISTRIBUTOR);
    ck_assert_uint_eq(account_in(&networks.at[1], 'u')->layer, 0);
    ck_assert_uint_eq(account_in(&networks.at[1], 'w')->layer, 2);
    ck_assert_uint_eq(account_in(&networks.at[1], 'u')->role, MT_NETWORK_MULE);
    mt_networks_destroy(&networks);
    ck_assert_int_eq(mt_networks_find(NULL, 0, &networks), MT_OK);
    ck_assert_uint_eq(networks.count, 0);
    mt_networks_destroy(&networks);
}
END_TEST

static bool share(const struct mt_finding *left, const struct mt_finding *right)
{
    for (uint32_t i = 0; i < left->transfer_count; i++) {
        for (uint32_t j = 0; j < right->transfer_count; j++) {
            if (mt_key_equal(&left->transfers[i].key, &right->transfers[j].key))
                return true;
        }
    }
    return false;
}

/* Every finding takes the smallest id among those it shares a transfer with, until nothing moves. */
static void names_by_flooding(const struct story *story, struct mt_transfer_key *names)
{
    bool moved = true;

    for (size_t i = 0; i < story->count; i++)
        names[i] = story->list[i]->id;
    while (moved) {
        moved = false;
        for (size_t i = 0; i < story->count; i++) {
            for (size_t j = 0; j < story->count; j++) {
                if (mt_key_compare(&names[j], &names[i]) < 0 && share(story->list[i], story->list[j])) {
                    names[i] = names[j];
                    moved = true;
                }
            }
        }
    }
}

static void random_story(struct world *world, struct story *story)
{
    size_t count = 1 + world_below(world, FINDINGS_MAX);

    story->count = 0;
    while (story->count < count) {
        char words[4 * TRANSFERS_MAX + 1] = "";
        uint32_t transfers = 2 + (uint32_t)world_below(world, TRANSFERS_MAX - 1);

        for (uint32_t t = 0; t < transfers; t++) {
            char word[5] = {(char)('a' + world_below(world, 20)), (char)('a' + world_below(world, 20)), (char)('0' + world_below(world, 9)), ' '};

            if (t == 0) /* ids are distinct */
                word[2] = (char)('A' + (int)story->count);
            strcat(words, word);
        }
        tell(story, (uint8_t)world_below(world, 100), words);
    }
}

START_TEST(random_sets_in_any_order)
{
    static struct world world;
    static struct story story;
    struct mt_transfer_key names[FINDINGS_MAX];

    for (uint64_t seed = 1; seed <= 500; seed++) {
        struct mt_networks networks, again;

        world_init(&world, seed);
        random_story(&world, &story);
        names_by_flooding(&story, names);
        ck_assert_int_eq(mt_networks_find(story.list, story.count, &networks), MT_OK);
        uint32_t members = 0;
        for (uint32_t n = 0; n < networks.count; n++) {
            members += networks.at[n].finding_count;
            for (uint32_t f = 0; f < networks.at[n].finding_count; f++)
                ck_assert_msg(mt_key_equal(&names[networks.at[n].findings[f]], &networks.at[n].id), "seed %u", (unsigned)seed);
        }
        ck_assert_uint_eq(members, story.count);
        for (size_t i = story.count; i-- > 1;) {
            size_t j = world_below(&world, i + 1);
            const struct mt_finding *other = story.list[i];

            story.list[i] = story.list[j];
            story.list[j] = other;
        }
        ck_assert_int_eq(mt_networks_find(story.list, story.count, &again), MT_OK);
        ck_assert_uint_eq(again.count, networks.count);
        for (uint32_t n = 0; n < networks.count; n++) {
            ck_assert(mt_key_equal(&again.at[n].id, &networks.at[n].id));
            ck_assert_uint_eq(again.at[n].account_count, networks.at[n].account_count);
            ck_assert_mem_eq(again.at[n].accounts, networks.at[n].accounts, sizeof *again.at[n].accounts * again.at[n].account_count);
        }
        mt_networks_destroy(&networks);
        mt_networks_destroy(&again);
    }
}
END_TEST

RUN_SUITE("networks", two_chains_through_one_mule, roles_by_shape, random_sets_in_any_order)
