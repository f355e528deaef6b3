/*
 * Shapes: each kind drawn by hand, with an honest neighbour and one out of time order; then small random worlds against the definition, walked through
 * naively; in shuffled orders; at the limits.
 */
#include "graph/networks.h"
#include "run_suite.h"
#include "world.h"

#define FINDINGS_MAX 96
#define TRANSFERS_MAX 8

/* Account days over letters: transfer "ab1" goes from account a to account b at hour 1; its key is its text, so the same word is the same transfer. */
struct story {
    struct mt_finding findings[FINDINGS_MAX];
    struct mt_finding_transfer transfers[FINDINGS_MAX][TRANSFERS_MAX];
    const struct mt_finding *list[FINDINGS_MAX];
    size_t count;
};

static struct story story;

static int64_t time_of(char digit)
{
    return (digit - '0') * MT_HOUR_MS;
}

static struct mt_finding *tell(const char *words)
{
    struct mt_finding *finding = &story.findings[story.count];
    struct mt_finding_transfer *transfers = story.transfers[story.count];

    *finding = (struct mt_finding){.transfers = transfers, .score = 70};
    for (; words[0] != '\0'; words += words[3] == ' ' ? 4 : 3) {
        struct mt_finding_transfer *transfer = &transfers[finding->transfer_count++];

        ck_assert_uint_le(finding->transfer_count, TRANSFERS_MAX);
        memset(transfer, 0, sizeof *transfer);
        memcpy(transfer->key.bytes, words, 3);
        transfer->debtor.bytes[0] = (uint8_t)words[0];
        transfer->creditor.bytes[0] = (uint8_t)words[1];
        transfer->time_ms = time_of(words[2]);
        transfer->minor = 100;
        transfer->currency = 978;
    }
    finding->id = transfers[0].key;
    story.list[story.count++] = finding;
    return finding;
}

static void tell_all(const char *const *days, size_t count)
{
    story.count = 0;
    for (size_t i = 0; i < count; i++)
        tell(days[i]);
}

/* A shape as words: its kind, its layers and its transfers in order: "bipartite ab>xyz: ax1 ay1 ..." */
static void spell(const struct mt_shape *shape, char *out_words, size_t capacity)
{
    size_t size = (size_t)snprintf(out_words, capacity, "%s ", shape->kind->name);

    for (uint32_t i = 0; i < shape->account_count; i++) {
        if (i > 0 && shape->accounts[i].layer != shape->accounts[i - 1].layer)
            size += (size_t)snprintf(out_words + size, capacity - size, ">");
        size += (size_t)snprintf(out_words + size, capacity - size, "%c", shape->accounts[i].account.bytes[0]);
    }
    size += (size_t)snprintf(out_words + size, capacity - size, ":");
    for (uint32_t i = 0; i < shape->transfer_count; i++)
        size += (size_t)snprintf(out_words + size, capacity - size, " %.3s", (const char *)shape->transfers[i]->key.bytes);
    ck_assert_uint_lt(size, capacity);
}

static char spelled[1 << 18];

/* All shapes of the story, a line each. */
static const char *shapes_spell(void)
{
    struct mt_shapes shapes;
    size_t size = 0;

    ck_assert_int_eq(mt_shapes_find(story.list, story.count, &shapes), MT_OK);
    ck_assert(!shapes.cut);
    spelled[0] = '\0';
    for (uint32_t i = 0; i < shapes.count; i++) {
        spell(&shapes.at[i], spelled + size, sizeof spelled - size - 1);
        size += strlen(spelled + size);
        if (i + 1 < shapes.count) {
            spelled[size++] = '\n';
            spelled[size] = '\0';
        }
    }
    mt_shapes_destroy(&shapes);
    return spelled;
}

/* --- by hand -------------------------------------------------------------------------------------------------------- */

#define DAYS_MAX 8

static const struct {
    const char *what;
    const char *days[DAYS_MAX];
    const char *shapes;
} tales[] = {
    {"one account pays three, who all pay one other", {"sa1 sb1 sc2", "at3 bt4 ct5"}, "scatter_gather s>abc>t: sa1 sb1 sc2 at3 bt4 ct5"},
    {"at the same moment is in time", {"sa1 sb1", "at1 bt1"}, "scatter_gather s>ab>t: at1 bt1 sa1 sb1"},
    {"honest: each pays somebody else", {"sa1 sb1 sc2", "ax3 by4 cz5"}, ""},
    {"honest: all but one pay somebody else", {"sa1 sb1", "at3 by4"}, ""},
    {"honest: what is paid back", {"sa1 sb1 sc1", "as2 bs2 cs2"}, ""},
    {"one of three paid before it was paid", {"sa1 sb1 sc7", "at3 bt4 ct6"}, "scatter_gather s>ab>t: sa1 sb1 at3 bt4"},
    {"all paid before they were paid", {"sa3 sb4 sc5", "at1 bt1 ct2"}, ""},
    {"twice the same way is one more transfer, not one more middle", {"sa1 sa2", "at3 at4"}, ""},
    {"a middle's second payment belongs to it, one before it does not", {"sa2 sb2", "at1 at3 at4 bt5"}, "scatter_gather s>ab>t: sa2 sb2 at3 at4 bt5"},

    {"three accounts pay the same three", {"ax1 ay2 az3", "bx1 by2 bz3", "cx4 cy5 cz6"}, "bipartite abc>xyz: ax1 bx1 ay2 by2 az3 bz3 cx4 cy5 cz6"},
    {"it has no order: nothing is paid on", {"ax9 ay8 az7", "bx1 by5 bz3", "cx4 cy2 cz6"}, "bipartite abc>xyz: bx1 cy2 bz3 cx4 by5 cz6 az7 ay8 ax9"},
    {"honest: each pays two of three", {"ax1 ay2", "by1 bz2", "cx4 cz6"}, ""},
    {"honest: two who pay the same three", {"ax1 ay2 az3", "bx1 by2 bz3"}, ""},
    {"who pays two of them does not belong, whom two pay does not either", {"ax1 ay2 az3 aw4", "bx1 by2 bz3 bw4", "cx4 cy5 cz6", "dx1 dy1"},
     "bipartite abc>xyz: ax1 bx1 ay2 by2 az3 bz3 cx4 cy5 cz6"},

    {"three layers", {"am1 an1", "bm2 bn2", "mx3 my3", "nx4 ny4"}, "layered_stack ab>mn>xy: am1 an1 bm2 bn2 mx3 my3 nx4 ny4"},
    {"four layers, the last ones not all to all", {"am1 an1 ao1", "bm2 bn2 bo2", "mx3 my3", "nx4 ny4", "ox4", "xp5 xq5", "yp6 yq6"},
     "layered_stack ab>mno>xy>pq: am1 an1 ao1 bm2 bn2 bo2 mx3 my3 nx4 ny4 ox4 xp5 xq5 yp6 yq6"},
    {"honest: the second layer pays apart", {"am1 an1", "bm2 bn2", "mx3 my3", "nv4 nw4"}, ""},
    {"the second layer pays before it is paid", {"am5 an5", "bm6 bn6", "mx3 my3", "nx4 ny4"}, ""},
    {"money that goes round is no further layer", {"am1 an1", "bm2 bn2", "ma3 mb3", "na4 nb4"},
     "scatter_gather a>mn>b: am1 an1 mb3 nb4\nscatter_gather b>mn>a: bm2 bn2 ma3 na4"},

    {"a bipartite inside a stack is not told, whichever is seen first", {"ax1 ay1 az1 aw1", "bx1 by1 bz1 bw1", "cx2 cy2 cz2", "xm3 xn3", "ym4 yn4"},
     "layered_stack abc>xyz>mn: ax1 ay1 az1 bx1 by1 bz1 cx2 cy2 cz2 xm3 xn3 ym4 yn4\n"
     "layered_stack ab>wxyz>mn: aw1 ax1 ay1 az1 bw1 bx1 by1 bz1 xm3 xn3 ym4 yn4"},

    {"several pay three, who pay one", {"pa1 qa1", "rb1 sb1", "uc1 vc1", "at2 bt2 ct3"}, "layered_fan_in pqrsuv>abc>t: pa1 qa1 rb1 sb1 uc1 vc1 at2 bt2 ct3"},
    {"honest: one of three is paid by one", {"pa1 qa1", "rb1 sb1", "uc1", "at2 bt2 ct3"}, ""},
    {"one of three pays before it is paid", {"pa1 qa1", "rb1 sb1", "uc3 vc5", "at2 bt2 ct4"}, ""},
    {"one pays three, who pay several", {"sa1 sb1 sc1", "ap2 aq2", "br2 bu2", "cv2 cw3"}, "layered_fan_out s>abc>pqruvw: sa1 sb1 sc1 ap2 aq2 br2 bu2 cv2 cw3"},
    {"honest: who pays one of them, or back", {"sa1 sb1 sc1", "ap2 aq2", "br2 bu2", "ca2 cs3"}, ""},
    {"one of three paid before it was paid, fan out", {"sa1 sb1 sc4", "ap2 aq2", "br2 bu2", "cv2 cw3"}, ""},

    {"three pay one, who pays three", {"ph1 qh1 rh2", "hx3 hy3 hz4"}, "gather_scatter pqr>h>xyz: ph1 qh1 rh2 hx3 hy3 hz4"},
    {"honest: it pays back those who paid", {"ph1 qh1 rh2", "hp3 hq3 hr4"}, ""},
    {"it scatters before it gathers", {"ph5 qh5 rh6", "hx3 hy3 hz4"}, ""},
};

START_TEST(shapes_by_hand)
{
    size_t count = 0;

    while (count < DAYS_MAX && tales[_i].days[count] != NULL)
        count++;
    tell_all(tales[_i].days, count);
    ck_assert_msg(strcmp(shapes_spell(), tales[_i].shapes) == 0, "%s:\n%s\nin place of\n%s", tales[_i].what, spelled, tales[_i].shapes);
}
END_TEST

/* Moves one transfer of the story, wherever it is told. */
static void put_off(const char *word, int64_t time_ms)
{
    for (size_t i = 0; i < story.count; i++) {
        for (uint32_t t = 0; t < story.findings[i].transfer_count; t++) {
            if (memcmp(story.transfers[i][t].key.bytes, word, 3) == 0)
                story.transfers[i][t].time_ms = time_ms;
        }
    }
}

START_TEST(all_within_a_window)
{
    const char *const scattered[] = {"sa0 sb0", "at0 bt0"}, *const whole[] = {"ax0 ay0 az0", "bx0 by0 bz0", "cx0 cy0 cz0"};

    tell_all(scattered, 2);
    put_off("bt0", MT_SHAPE_WINDOW_MS);
    ck_assert_str_eq(shapes_spell(), "scatter_gather s>ab>t: at0 sa0 sb0 bt0");
    put_off("bt0", MT_SHAPE_WINDOW_MS + 1); /* passed on too late */
    ck_assert_str_eq(shapes_spell(), "");
    put_off("sb0", MT_SHAPE_WINDOW_MS);
    ck_assert_str_eq(shapes_spell(), "scatter_gather s>ab>t: at0 sa0 sb0 bt0");
    put_off("sb0", MT_SHAPE_WINDOW_MS + 1); /* scattered too far apart */
    ck_assert_str_eq(shapes_spell(), "");
    tell_all(whole, 3);
    put_off("cz0", MT_SHAPE_WINDOW_MS);
    ck_assert_str_eq(shapes_spell(), "bipartite abc>xyz: ax0 ay0 az0 bx0 by0 bz0 cx0 cy0 cz0");
    put_off("cz0", MT_SHAPE_WINDOW_MS + 1);
    ck_assert_str_eq(shapes_spell(), "");
}
END_TEST

START_TEST(what_findings_claim)
{
    const char *const days[] = {"sa1 sb1", "at3 bt4"};

    tell_all(days, 2);
    story.findings[1].spine_count = 1; /* a chain claims its spine, from a score on */
    ck_assert_str_eq(shapes_spell(), "");
    story.findings[1].spine_count = 2;
    ck_assert_str_ne(shapes_spell(), "");
    story.findings[1].score = MT_SHAPE_CHAIN_SCORE;
    ck_assert_str_ne(shapes_spell(), "");
    story.findings[1].score = MT_SHAPE_CHAIN_SCORE - 1;
    ck_assert_str_eq(shapes_spell(), "");
    story.findings[1].spine_count = 0; /* an account's day has passed the bank's own limit */
    ck_assert_str_ne(shapes_spell(), "");
    for (int kind = 0; kind < MT_KIND_COUNT; kind++) {
        story.transfers[1][1].kind = (uint8_t)kind;
        bool claimed = kind == MT_KIND_TRANSFER || kind == MT_KIND_CASH_IN || kind == MT_KIND_CASH_OUT;
        ck_assert_msg((shapes_spell()[0] != '\0') == claimed, "kind %d", kind);
    }
    story.count = 0;
    ck_assert_str_eq(shapes_spell(), "");
}
END_TEST

START_TEST(sums_times_and_words)
{
    const char *const days[] = {"am1 an1", "bm2 bn2", "mx3 my3", "nx4 ny4"};
    struct mt_shapes shapes;
    char text[MT_SHAPE_TEXT_MAX];

    tell_all(days, 4);
    story.transfers[0][0].minor = 1000;
    story.transfers[1][1].currency = 392;
    story.transfers[3][0].minor = INT64_MAX; /* with another's payment in it does not fit */
    ck_assert_int_eq(mt_shapes_find(story.list, story.count, &shapes), MT_OK);
    ck_assert_uint_eq(shapes.count, 1);
    const struct mt_shape *shape = &shapes.at[0];
    ck_assert(shape->layer_count == 3 && shape->account_count == 6 && shape->way_count == 8 && shape->transfer_count == 8);
    ck_assert(shape->first_ms == time_of('1') && shape->last_ms == time_of('4'));
    ck_assert_uint_eq(shape->money_count, 2);
    ck_assert(shape->money[0].currency == 978 && shape->money[0].transfer_count == 7);
    ck_assert_int_eq(shape->money[0].entered, 1200);
    ck_assert_int_eq(shape->money[0].arrived, -1);
    ck_assert(shape->money[1].currency == 392 && shape->money[1].entered == 100 && shape->money[1].arrived == 0);
    mt_shape_text(shape, text);
    ck_assert_str_eq(text, "3 layers of 2, 2 and 2 accounts, each paying the next");
    mt_shapes_destroy(&shapes);
}
END_TEST

/* Two reports of one transfer at different moments, as findings read one after another may have: the later time, whatever the order. */
START_TEST(told_twice_in_two_ways)
{
    const char *const days[] = {"sa1 sb1", "at3 bt4", "bt4"};

    tell_all(days, 3);
    story.transfers[1][1].time_ms = 0; /* before b was paid */
    ck_assert_str_ne(shapes_spell(), "");
    const struct mt_finding *last = story.list[2];
    story.list[2] = story.list[1];
    story.list[1] = last;
    ck_assert_str_ne(shapes_spell(), "");
}
END_TEST

START_TEST(told_in_every_network_with_a_part_of_it)
{
    const char *const days[] = {"cx4 cy5 cz6 cw6", "ax1 ay2 az3", "bx1 by2 bz3", "uv1 vw2"};
    struct mt_networks networks;

    tell_all(days, 4);
    ck_assert_int_eq(mt_networks_find(story.list, story.count, &networks), MT_OK);
    ck_assert(networks.count == 4 && networks.shapes.count == 1);
    for (uint32_t n = 0; n < 3; n++) {
        const struct mt_network *network = &networks.at[n];

        ck_assert_uint_eq(network->shape_count, 1);
        ck_assert(network->shapes[0].shape == &networks.shapes.at[0] && network->shapes[0].transfer_count == 3 && network->shapes[0].other_count == 2);
        for (uint32_t i = 0; i < 2; i++) {
            ck_assert(!mt_key_equal(&network->shapes[0].others[i], &network->id));
            ck_assert_int_eq(network->shapes[0].others[i].bytes[0], "abc"[i < n ? i : i + 1]);
        }
    }
    ck_assert_uint_eq(networks.at[3].shape_count, 0);
    ck_assert_uint_eq(networks.at[0].score, 70); /* as its findings' */
    mt_networks_destroy(&networks);
}
END_TEST

/* --- limits --------------------------------------------------------------------------------------------------------- */

#define CROWD 90

/* `count` account days of one payment each way through accounts that are numbered: source 1, middles 1000 and on, sink 2. */
static struct mt_shapes crowd(uint32_t count)
{
    static struct mt_finding findings[CROWD];
    static struct mt_finding_transfer transfers[CROWD][2];
    static const struct mt_finding *list[CROWD];
    struct mt_shapes shapes;

    for (uint32_t i = 0; i < count; i++) {
        for (uint32_t t = 0; t < 2; t++) {
            transfers[i][t] = (struct mt_finding_transfer){.time_ms = t, .minor = 1, .currency = 978};
            memcpy(transfers[i][t].key.bytes, &(uint32_t[2]){i + 1, t}, 8);
            memcpy(t == 0 ? transfers[i][t].debtor.bytes : transfers[i][t].creditor.bytes, &(uint32_t){1 + t}, 4);
            memcpy(t == 0 ? transfers[i][t].creditor.bytes : transfers[i][t].debtor.bytes, &(uint32_t){1000 + i}, 4);
        }
        findings[i] = (struct mt_finding){.transfers = transfers[i], .transfer_count = 2, .id = transfers[i][0].key, .score = 70};
        list[i] = &findings[i];
    }
    ck_assert_int_eq(mt_shapes_find(list, count, &shapes), MT_OK);
    return shapes;
}

START_TEST(who_deals_with_too_many_is_counted)
{
    struct mt_shapes shapes = crowd(MT_SHAPE_PARTIES_MAX);

    ck_assert(shapes.count == 1 && shapes.busy_count == 0 && shapes.at[0].account_count == MT_SHAPE_PARTIES_MAX + 2);
    mt_shapes_destroy(&shapes);
    shapes = crowd(MT_SHAPE_PARTIES_MAX + 1);
    ck_assert(shapes.count == 0 && shapes.busy_count == 2 && !shapes.cut);
    mt_shapes_destroy(&shapes);
}
END_TEST

#define SIDE MT_SHAPE_PARTIES_MAX

/* So many seeds in one bipartite that not all can be looked at; told all the same, and the same in any order. */
START_TEST(a_search_that_ends_at_its_limit_says_so)
{
    static struct mt_finding findings[SIDE];
    static struct mt_finding_transfer transfers[SIDE][SIDE];
    static const struct mt_finding *list[SIDE];
    struct mt_shapes shapes;

    for (uint32_t a = 0; a < SIDE; a++) {
        for (uint32_t b = 0; b < SIDE; b++) {
            transfers[a][b] = (struct mt_finding_transfer){.time_ms = b, .minor = 1, .currency = 978};
            memcpy(transfers[a][b].key.bytes, &(uint32_t[2]){a, b}, 8);
            memcpy(transfers[a][b].debtor.bytes, &(uint32_t){1 + a}, 4);
            memcpy(transfers[a][b].creditor.bytes, &(uint32_t){1000 + b}, 4);
        }
        findings[a] = (struct mt_finding){.transfers = transfers[a], .transfer_count = SIDE, .id = transfers[a][0].key, .score = 70};
    }
    for (uint32_t turn = 0; turn < 2; turn++) {
        for (uint32_t a = 0; a < SIDE; a++)
            list[a] = &findings[turn == 0 ? a : SIDE - 1 - a];
        ck_assert_int_eq(mt_shapes_find(list, SIDE, &shapes), MT_OK);
        ck_assert(shapes.cut && shapes.count == 1 && shapes.at[0].way_count == SIDE * SIDE);
        mt_shapes_destroy(&shapes);
    }
}
END_TEST

/* As many scatter-gathers as can be told, and one more. */
START_TEST(so_many_shapes_are_told)
{
    struct mt_finding *findings = calloc(MT_SHAPES_MAX + 1, sizeof *findings);
    struct mt_finding_transfer *transfers = calloc(4 * (MT_SHAPES_MAX + 1), sizeof *transfers);
    const struct mt_finding **list = calloc(MT_SHAPES_MAX + 1, sizeof *list);
    struct mt_shapes shapes;

    ck_assert(findings != NULL && transfers != NULL && list != NULL);
    for (uint32_t i = 0; i <= MT_SHAPES_MAX; i++) {
        static const uint8_t ends[4][2] = {{1, 2}, {1, 3}, {2, 4}, {3, 4}};

        for (uint32_t t = 0; t < 4; t++) {
            struct mt_finding_transfer *transfer = &transfers[4 * i + t];

            memcpy(transfer->key.bytes, &(uint32_t[2]){i, t}, 8);
            memcpy(transfer->debtor.bytes, &(uint32_t[2]){i, ends[t][0]}, 8);
            memcpy(transfer->creditor.bytes, &(uint32_t[2]){i, ends[t][1]}, 8);
            transfer->time_ms = t;
        }
        findings[i] = (struct mt_finding){.transfers = &transfers[4 * i], .transfer_count = 4, .id = transfers[4 * i].key, .score = 70};
        list[i] = &findings[i];
    }
    for (uint32_t more = 0; more < 2; more++) {
        ck_assert_int_eq(mt_shapes_find(list, MT_SHAPES_MAX + more, &shapes), MT_OK);
        ck_assert(shapes.count == MT_SHAPES_MAX && shapes.cut == (more == 1));
        mt_shapes_destroy(&shapes);
    }
    free(findings);
    free(transfers);
    free(list);
}
END_TEST

START_TEST(a_stack_has_so_many_layers)
{
    struct mt_shapes shapes;
    char words[16];

    story.count = 0;
    for (char layer = 0; layer < MT_SHAPE_LAYERS_MAX; layer++) { /* ABab CDcd ...: one layer too many */
        for (char i = 0; i < 2; i++) {
            char payer = (char)('A' + 2 * layer + i), payee = (char)('A' + 2 * layer + 2);

            snprintf(words, sizeof words, "%c%c%c %c%c%c", payer, payee, '0' + layer, payer, payee + 1, '0' + layer);
            tell(words);
        }
    }
    ck_assert_int_eq(mt_shapes_find(story.list, story.count, &shapes), MT_OK);
    ck_assert(shapes.cut && shapes.count > 0);
    ck_assert_uint_eq(shapes.at[0].layer_count, MT_SHAPE_LAYERS_MAX);
    mt_shapes_destroy(&shapes);
}
END_TEST

/* --- the definition, naively ---------------------------------------------------------------------------------------- */

#define PEOPLE 8
#define MOVES_MAX 40
#define PROPOSALS_MAX 20000

struct move {
    int from, to;
    int64_t time_ms;
    struct mt_transfer_key key;
};

static struct move moves[MOVES_MAX];
static int move_count;

struct proposal {
    int kind;
    int layer[PEOPLE]; /* −1: not in it */
    uint64_t moves;    /* bits */
};

static struct proposal proposals[PROPOSALS_MAX];
static int proposal_count;

static bool in_time(int64_t first_ms, int64_t then_ms)
{
    return first_ms <= then_ms && then_ms - first_ms <= MT_SHAPE_WINDOW_MS;
}

static int size_of(const struct proposal *proposal, int layer)
{
    int size = 0;

    for (int a = 0; a < PEOPLE; a++)
        size += proposal->layer[a] == layer;
    return size;
}

static struct proposal proposal_of(int kind)
{
    struct proposal proposal = {.kind = kind};

    for (int a = 0; a < PEOPLE; a++)
        proposal.layer[a] = -1;
    return proposal;
}

static void propose(const struct proposal *proposal)
{
    ck_assert_int_lt(proposal_count, PROPOSALS_MAX);
    proposals[proposal_count++] = *proposal;
}

/* Of the legs' windows the one with the most middles, the earliest of these; `middle` says whose leg it is. 0 middles when there is none. */
static int best_window(uint64_t legs, bool out, int64_t *out_from_ms)
{
    int best = 0;

    for (int i = 0; i < move_count; i++) { /* moves are in time order */
        uint32_t seen = 0;

        for (int j = 0; j < move_count; j++) {
            if ((legs >> i & legs >> j & 1) != 0 && in_time(moves[i].time_ms, moves[j].time_ms))
                seen |= 1u << (out ? moves[j].to : moves[j].from);
        }
        if (__builtin_popcount(seen) > best) {
            best = __builtin_popcount(seen);
            *out_from_ms = moves[i].time_ms;
        }
    }
    return best;
}

static void naive_scatter_gather(int s, int t)
{
    struct proposal proposal = proposal_of(2);
    uint64_t legs = 0;
    int64_t from_ms = 0;

    for (int i = 0; i < move_count; i++) {
        for (int o = 0; o < move_count; o++) {
            if (moves[i].from == s && moves[i].to == moves[o].from && moves[o].to == t && in_time(moves[i].time_ms, moves[o].time_ms))
                legs |= UINT64_C(1) << i;
        }
    }
    if (best_window(legs, true, &from_ms) < 2)
        return;
    proposal.layer[s] = 0;
    proposal.layer[t] = 2;
    for (int i = 0; i < move_count; i++) {
        if ((legs >> i & 1) == 0 || !in_time(from_ms, moves[i].time_ms))
            continue;
        proposal.layer[moves[i].to] = 1;
        proposal.moves |= UINT64_C(1) << i;
        for (int o = 0; o < move_count; o++) {
            if (moves[i].to == moves[o].from && moves[o].to == t && in_time(moves[i].time_ms, moves[o].time_ms))
                proposal.moves |= UINT64_C(1) << o;
        }
    }
    propose(&proposal);
}

static bool deals(int end, int other, bool out)
{
    for (int i = 0; i < move_count; i++) {
        if ((out ? moves[i].from : moves[i].to) == end && (out ? moves[i].to : moves[i].from) == other)
            return true;
    }
    return false;
}

/* Whether `far` is the middle's own end of money that goes through the leg; *out_leaf: whose. */
static bool is_beyond(int end, const struct move *leg, const struct move *far, bool out, int *out_leaf)
{
    *out_leaf = out ? far->to : far->from;
    if (out ? leg->to != far->from || !in_time(leg->time_ms, far->time_ms) : leg->from != far->to || !in_time(far->time_ms, leg->time_ms))
        return false;
    return *out_leaf != end && !deals(end, *out_leaf, out);
}

static void naive_fan(int end, bool out)
{
    struct proposal proposal = proposal_of(out ? 4 : 3);
    uint64_t legs = 0;
    int64_t from_ms = 0;
    int leaf;

    for (int i = 0; i < move_count; i++) {
        uint32_t leaves = 0;

        for (int f = 0; f < move_count && (out ? moves[i].from : moves[i].to) == end; f++)
            leaves |= is_beyond(end, &moves[i], &moves[f], out, &leaf) ? 1u << leaf : 0;
        if (__builtin_popcount(leaves) >= 2)
            legs |= UINT64_C(1) << i;
    }
    if (best_window(legs, out, &from_ms) < 3)
        return;
    proposal.layer[end] = out ? 0 : 2;
    for (int i = 0; i < move_count; i++) {
        if ((legs >> i & 1) == 0 || !in_time(from_ms, moves[i].time_ms))
            continue;
        proposal.layer[out ? moves[i].to : moves[i].from] = 1;
        proposal.moves |= UINT64_C(1) << i;
        for (int f = 0; f < move_count; f++) {
            if (!is_beyond(end, &moves[i], &moves[f], out, &leaf))
                continue;
            proposal.layer[leaf] = out ? 2 : 0;
            proposal.moves |= UINT64_C(1) << f;
        }
    }
    propose(&proposal);
}

static void naive_gather_scatter(int h)
{
    struct proposal best = proposal_of(5);
    int most = 0;

    for (int i = 0; i < move_count; i++) {
        struct proposal proposal = proposal_of(5);
        uint32_t payers = 0, payees = 0;

        for (int j = 0; j < move_count && moves[i].to == h; j++) {
            payers |= moves[j].to == h && in_time(moves[j].time_ms, moves[i].time_ms) ? 1u << moves[j].from : 0;
            payees |= moves[j].from == h && in_time(moves[i].time_ms, moves[j].time_ms) ? 1u << moves[j].to : 0;
        }
        uint32_t both = payers & payees;
        for (int j = 0; j < move_count; j++) {
            bool in = moves[j].to == h && in_time(moves[j].time_ms, moves[i].time_ms) && (both >> moves[j].from & 1) == 0;
            bool away = moves[j].from == h && in_time(moves[i].time_ms, moves[j].time_ms) && (both >> moves[j].to & 1) == 0;

            if (in)
                proposal.layer[moves[j].from] = 0;
            if (away)
                proposal.layer[moves[j].to] = 2;
            proposal.moves |= in || away ? UINT64_C(1) << j : 0;
        }
        proposal.layer[h] = 1;
        int parties = size_of(&proposal, 0) + size_of(&proposal, 2);
        if (moves[i].to == h && size_of(&proposal, 0) >= 3 && size_of(&proposal, 2) >= 3 && parties > most) {
            most = parties;
            best = proposal;
        }
    }
    if (most > 0)
        propose(&best);
}

static bool pays(int from, int to, int64_t from_ms)
{
    for (int i = 0; i < move_count; i++) {
        if (moves[i].from == from && moves[i].to == to && in_time(from_ms, moves[i].time_ms))
            return true;
    }
    return false;
}

/* What all of the seed pay from then on, and all who pay that. */
static struct proposal naive_block(uint32_t seed, int64_t from_ms)
{
    struct proposal proposal = proposal_of(1);

    for (int b = 0; b < PEOPLE; b++) {
        bool all = true;

        for (int a = 0; a < PEOPLE; a++)
            all &= (seed >> a & 1) == 0 || pays(a, b, from_ms);
        proposal.layer[b] = all ? 1 : -1;
    }
    for (int a = 0; a < PEOPLE; a++) {
        bool all = size_of(&proposal, 1) > 0;

        for (int b = 0; b < PEOPLE; b++)
            all &= proposal.layer[b] != 1 || pays(a, b, from_ms);
        if (all)
            proposal.layer[a] = 0;
    }
    for (int i = 0; i < move_count; i++) {
        if (proposal.layer[moves[i].from] == 0 && proposal.layer[moves[i].to] == 1 && in_time(from_ms, moves[i].time_ms))
            proposal.moves |= UINT64_C(1) << i;
    }
    return proposal;
}

static bool is_paid_on(const struct proposal *proposal, int out)
{
    for (int i = 0; i < move_count; i++) {
        if ((proposal->moves >> i & 1) != 0 && moves[i].to == moves[out].from && in_time(moves[i].time_ms, moves[out].time_ms))
            return true;
    }
    return false;
}

/* The next layer: whom two or more of the last one pay on to. */
static bool naive_grow(struct proposal *proposal, int last)
{
    struct proposal grown = *proposal;
    uint32_t payers[PEOPLE] = {0};

    for (int i = 0; i < move_count; i++) {
        if (proposal->layer[moves[i].from] == last && proposal->layer[moves[i].to] == -1 && is_paid_on(proposal, i))
            payers[moves[i].to] |= 1u << moves[i].from;
    }
    for (int i = 0; i < move_count; i++) {
        if (__builtin_popcount(payers[moves[i].to]) < 2)
            continue;
        grown.layer[moves[i].to] = last + 1;
        if (proposal->layer[moves[i].from] == last && is_paid_on(proposal, i))
            grown.moves |= UINT64_C(1) << i;
    }
    if (size_of(&grown, last + 1) < 2)
        return false;
    *proposal = grown;
    return true;
}

static void naive_blocks(int start)
{
    int64_t from_ms = moves[start].time_ms;

    for (uint32_t seed = 0; seed < 1u << PEOPLE; seed++) {
        int size = __builtin_popcount(seed), last = 1;
        struct proposal block = proposal_of(1);

        if ((size != 2 && size != 3) || (seed >> moves[start].from & 1) == 0)
            continue;
        block = naive_block(seed, from_ms);
        if (block.layer[moves[start].to] != 1 || size_of(&block, 1) < size)
            continue;
        if (size == 3)
            propose(&block);
        while (size == 2 && naive_grow(&block, last))
            last++;
        block.kind = 0;
        if (last > 1)
            propose(&block);
    }
}

static int proposal_compare(const void *left, const void *right)
{
    const struct proposal *a = left, *b = right;
    int sizes[] = {__builtin_popcountll(a->moves), __builtin_popcountll(b->moves)};

    if (a->kind != b->kind)
        return a->kind < b->kind ? -1 : 1;
    if (sizes[0] != sizes[1])
        return sizes[0] > sizes[1] ? -1 : 1;
    if (a->moves == b->moves)
        return 0;
    return (a->moves & ~b->moves & -(a->moves ^ b->moves)) != 0 ? -1 : 1; /* who has the first move that the other has not */
}

static size_t naive_spell(const struct proposal *proposal, char *out_words)
{
    static const char *const names[] = {"layered_stack", "bipartite", "scatter_gather", "layered_fan_in", "layered_fan_out", "gather_scatter"};
    size_t size = (size_t)sprintf(out_words, "%s ", names[proposal->kind]);

    for (int layer = 0; size_of(proposal, layer) > 0; layer++) {
        size += (size_t)sprintf(out_words + size, "%s", layer > 0 ? ">" : "");
        for (int a = 0; a < PEOPLE; a++) {
            if (proposal->layer[a] == layer)
                size += (size_t)sprintf(out_words + size, "%c", 'a' + a);
        }
    }
    size += (size_t)sprintf(out_words + size, ":");
    for (int i = 0; i < move_count; i++) {
        if ((proposal->moves >> i & 1) != 0)
            size += (size_t)sprintf(out_words + size, " %.3s", (const char *)moves[i].key.bytes);
    }
    return size;
}

/* All shapes by the definition, as shapes_spell() has them; how many of each kind is added up. */
static const char *naive_spell_all(int counts[MT_SHAPE_KINDS])
{
    static char words[1 << 18];
    uint64_t kept[PROPOSALS_MAX];
    size_t size = 0;
    int count = 0;

    proposal_count = 0;
    for (int i = 0; i < move_count; i++)
        naive_blocks(i);
    for (int a = 0; a < PEOPLE; a++) {
        for (int b = 0; b < PEOPLE; b++) {
            if (a != b)
                naive_scatter_gather(a, b);
        }
        naive_fan(a, false);
        naive_fan(a, true);
        naive_gather_scatter(a);
    }
    qsort(proposals, (size_t)proposal_count, sizeof *proposals, proposal_compare);
    words[0] = '\0';
    for (int i = 0; i < proposal_count; i++) {
        bool held = false;

        for (int k = 0; k < count; k++)
            held |= (proposals[i].moves & ~kept[k]) == 0;
        if (held)
            continue;
        kept[count++] = proposals[i].moves;
        size += (size_t)sprintf(words + size, "%s", size > 0 ? "\n" : "");
        size += naive_spell(&proposals[i], words + size);
        counts[proposals[i].kind]++;
    }
    return words;
}

/* --- random worlds -------------------------------------------------------------------------------------------------- */

static int move_compare(const void *left, const void *right)
{
    const struct move *a = left, *b = right;

    return a->time_ms != b->time_ms ? (a->time_ms > b->time_ms ? 1 : -1) : mt_key_compare(&a->key, &b->key);
}

/* A few or many payments within an hour, a window, or two; among all, or forward only. */
static void moves_fill(struct world *world)
{
    int64_t span = world_chance(world, 30) ? MT_HOUR_MS : world_chance(world, 50) ? MT_SHAPE_WINDOW_MS : 2 * MT_SHAPE_WINDOW_MS;
    bool forward = world_chance(world, 50), layered = world_chance(world, 50);

    move_count = 8 + (int)world_below(world, MOVES_MAX - 8 + 1);
    for (int i = 0; i < move_count; i++) {
        struct move *move = &moves[i];

        do {
            move->from = (int)world_below(world, PEOPLE);
            move->to = (int)world_below(world, PEOPLE);
        } while (move->from == move->to || (forward && move->from > move->to) || (layered && forward && move->to / 3 != move->from / 3 + 1));
        move->time_ms = world_chance(world, 30) ? span / 4 * world_below(world, 5) : world_below(world, span + 1);
        move->key = (struct mt_transfer_key){{(uint8_t)('a' + move->from), (uint8_t)('a' + move->to), (uint8_t)('0' + i)}};
    }
    qsort(moves, (size_t)move_count, sizeof *moves, move_compare);
}

/* Each move in one or two findings, the findings in any order. */
static void moves_tell(struct world *world)
{
    story.count = 0;
    for (int i = 0; i < 2 * move_count; i++) {
        const struct move *move = &moves[i % move_count];
        bool fresh = story.count == 0 || world_chance(world, 40);

        if (i >= move_count && world_chance(world, 70))
            continue;
        if (fresh || story.findings[story.count - 1].transfer_count == TRANSFERS_MAX)
            story.findings[story.count++] = (struct mt_finding){.transfers = story.transfers[story.count], .score = 70};
        struct mt_finding *finding = &story.findings[story.count - 1];
        struct mt_finding_transfer *transfer = &finding->transfers[finding->transfer_count++];
        *transfer = (struct mt_finding_transfer){.key = move->key, .time_ms = move->time_ms, .minor = 1, .currency = 978};
        transfer->debtor.bytes[0] = (uint8_t)('a' + move->from);
        transfer->creditor.bytes[0] = (uint8_t)('a' + move->to);
        finding->id = finding->transfers[0].key;
    }
}

static void list_shuffle(struct world *world)
{
    for (size_t i = 0; i < story.count; i++)
        story.list[i] = &story.findings[i];
    for (size_t i = story.count; i-- > 1;) {
        size_t j = (size_t)world_below(world, (int64_t)i + 1);
        const struct mt_finding *other = story.list[i];

        story.list[i] = story.list[j];
        story.list[j] = other;
    }
}

START_TEST(random_worlds_by_the_definition_in_any_order)
{
    static struct world world;
    int counts[MT_SHAPE_KINDS] = {0};
    uint64_t seeds = env_number("SHAPES_SEEDS", 2000);

    for (uint64_t seed = 1; seed <= seeds; seed++) {
        world_init(&world, seed);
        moves_fill(&world);
        const char *expected = naive_spell_all(counts);
        moves_tell(&world);
        for (int order = 0; order < 2; order++) {
            list_shuffle(&world);
            ck_assert_msg(strcmp(shapes_spell(), expected) == 0, "seed %u, order %d:\n%s\nin place of\n%s", (unsigned)seed, order, spelled, expected);
        }
        world_fini(&world);
    }
    for (int kind = 0; kind < MT_SHAPE_KINDS; kind++)
        ck_assert_msg(counts[kind] > 20, "%s was seen %d times only", mt_shape_kinds[kind].name, counts[kind]);
}
END_TEST

/* Every three accounts that pay the same three within a window are inside a shape that is told. */
START_TEST(no_bipartite_is_missed)
{
    static struct world world;
    uint32_t seen = 0;

    for (uint64_t seed = 1; seed <= env_number("SHAPES_SEEDS", 300); seed++) {
        struct mt_shapes shapes;

        world_init(&world, seed);
        moves_fill(&world);
        moves_tell(&world);
        list_shuffle(&world);
        ck_assert_int_eq(mt_shapes_find(story.list, story.count, &shapes), MT_OK);
        for (uint32_t pick = 0; pick < (uint32_t)move_count << 2 * PEOPLE; pick++) {
            uint32_t payers = pick & 0xff, payees = pick >> PEOPLE & 0xff;
            const struct move *start = &moves[pick >> 2 * PEOPLE];
            bool complete = __builtin_popcount(payers) == 3 && __builtin_popcount(payees) == 3 && (payers & payees) == 0;

            complete = complete && (payers >> start->from & 1) != 0 && (payees >> start->to & 1) != 0;
            for (int a = 0; a < PEOPLE && complete; a++) {
                for (int b = 0; b < PEOPLE && complete; b++)
                    complete = (payers >> a & 1) == 0 || (payees >> b & 1) == 0 || pays(a, b, start->time_ms);
            }
            if (!complete)
                continue;
            bool told = false;
            for (uint32_t i = 0; i < shapes.count && !told; i++) {
                uint32_t held = 0;

                for (uint32_t t = 0; t < shapes.at[i].transfer_count; t++)
                    held |= mt_key_equal(&shapes.at[i].transfers[t]->key, &start->key);
                for (uint32_t j = 0; j < shapes.at[i].account_count; j++)
                    held += 2 * ((payers | payees) >> (shapes.at[i].accounts[j].account.bytes[0] - 'a') & 1);
                told = held == 1 + 2 * 6;
            }
            ck_assert_msg(told, "seed %u", (unsigned)seed);
            seen++;
        }
        mt_shapes_destroy(&shapes);
        world_fini(&world);
    }
    ck_assert_uint_gt(seen, 100);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("shapes");
    TCase *cases = tcase_create("shapes");

    mt_graph_start();
    tcase_set_timeout(cases, 600);
    tcase_add_loop_test(cases, shapes_by_hand, 0, sizeof tales / sizeof tales[0]);
    tcase_add_test(cases, all_within_a_window);
    tcase_add_test(cases, what_findings_claim);
    tcase_add_test(cases, sums_times_and_words);
    tcase_add_test(cases, told_twice_in_two_ways);
    tcase_add_test(cases, told_in_every_network_with_a_part_of_it);
    tcase_add_test(cases, who_deals_with_too_many_is_counted);
    tcase_add_test(cases, a_search_that_ends_at_its_limit_says_so);
    tcase_add_test(cases, so_many_shapes_are_told);
    tcase_add_test(cases, a_stack_has_so_many_layers);
    tcase_add_test(cases, random_worlds_by_the_definition_in_any_order);
    tcase_add_test(cases, no_bipartite_is_missed);
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
