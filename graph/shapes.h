/*
 * shapes.h: what several accounts do together: shapes drawn through the transfers that findings claim, whichever findings and networks those are in.
 *
 *   scatter_gather       s ─1─► m m m ─2─► t            layered_fan_in    p p p p p p ─1─► m m m ─2─► t
 *   bipartite            a a a ═══► b b b               layered_fan_out   s ─1─► m m m ─2─► r r r r r r
 *   layered_stack        a a ══► b b ══► c c            gather_scatter    p p p ─1─► h ─2─► r r r          (═ everyone pays everyone)
 *
 * A finding claims all that an account's day shows, and of a chain its spine; chains below MT_SHAPE_CHAIN_SCORE claim nothing, nor does any
 * purchase by card, fee or return: through ordinary money every second account of a bank is in some fan. The other findings need not be in one network:
 * that six accounts pay the same five is six findings without a common transfer. So the search is over all findings, and each shape is told in every
 * network that holds a transfer of it.
 *
 * Time. What an account pays on must come at or after what it was paid, at most MT_SHAPE_WINDOW_MS later; and what belongs to one layer must lie in one
 * such window: of a scatter-gather and a layered fan-out the payments out of the one source, of a layered fan-in those into the one sink, of a
 * bipartite and of a stack's first two layers all. Of several windows the one with the most accounts in the middle is told, the earliest of these.
 * Sums are not compared: they change hands in parts, and in currencies whose rates are not at hand here.
 *
 * Of shapes of which one's transfers are all in another's, only that one is told; the same transfers in two shapes: the one first in the table. The result is a
 * function of the set of findings alone.
 *
 * No igraph: complete bipartite parts in a window are what none of its functions looks for, and sorted arrays hold the rest.
 *
 * Owns     its results, until mt_shapes_destroy(); transfers are borrowed from the findings
 * Bounds   MT_SHAPES_MAX shapes, MT_SHAPE_LAYERS_MAX layers, and for each kind MT_SHAPE_STEPS_MAX steps: where these left something out, `cut` says so, and
 *          it is the same each time. Accounts with more than MT_SHAPE_PARTIES_MAX payers or payees among the claims are in no shape; `busy_count` counts them
 * Cost     O(claims × log), and for each claim the claims of its two accounts within the window; 5,000 findings of 64 claims each, at random
 *          among 20,000 accounts: 0.8 s of CPU and 110 MB while it runs, and cut
 * Threads  any
 * Fails    MT_NO_MEMORY
 */
#ifndef MT_SHAPES_H
#define MT_SHAPES_H

#include "arena.h"
#include "finding.h"

/* The default gather window: findings do not carry the rules that they were found by. */
#define MT_SHAPE_WINDOW_MS (7 * MT_DAY_MS)
/* From here on nine in ten chains were laundering on our streams. Account days have passed the bank's own limit already. */
#define MT_SHAPE_CHAIN_SCORE 65
/* As the default of `hub_counterparties`. */
#define MT_SHAPE_PARTIES_MAX 64
#define MT_SHAPE_LAYERS_MAX 8
#define MT_SHAPES_MAX 8192
/* Some tenths of a second for each kind. Findings in 3 million transfers claimed 3,000: 3 ms for all. */
#define MT_SHAPE_STEPS_MAX (UINT64_C(1) << 23)

struct mt_shape_search;

/*
 * A shape that can be seen: one row of the table, which is in the order in which they are told. `find` proposes all of the kind that there are among the claims
 * (shapes_inside.h). `text` says what was seen: #1, #2 and #3 stand for the sizes of the layers, #n for their number, #* for all of the sizes.
 */
struct mt_shape_kind {
    const char *name;
    const char *finds;
    void (*find)(struct mt_shape_search *search, const struct mt_shape_kind *kind);
    uint32_t least;        /* accounts in the layer, or in each of the layers, that is several */
    uint32_t least_leaves; /* of each of these, where they have their own; else 0 */
    const char *text;
};

#define MT_SHAPE_KINDS 6
extern const struct mt_shape_kind mt_shape_kinds[MT_SHAPE_KINDS];

struct mt_shape_account {
    struct mt_token account;
    uint32_t layer; /* 0: the source's side */
};

/* In one currency; sums are −1 when they do not fit. */
struct mt_shape_money {
    uint16_t currency;
    uint32_t transfer_count;
    int64_t entered; /* minor units, paid by the first layer */
    int64_t arrived; /* paid to the last layer */
};

struct mt_shape {
    const struct mt_shape_kind *kind;
    struct mt_shape_account *accounts; /* by layer, then token */
    uint32_t account_count;
    uint32_t layer_count;
    uint32_t layer_sizes[MT_SHAPE_LAYERS_MAX];
    const struct mt_finding_transfer **transfers; /* by time, then key */
    uint32_t *findings;                           /* of each transfer, one that claims it */
    uint32_t transfer_count;
    uint32_t way_count; /* distinct pairs of payer and payee */
    struct mt_shape_money *money; /* by number of transfers, most first, then currency */
    uint32_t money_count;
    int64_t first_ms, last_ms;
};

struct mt_shapes {
    struct mt_arena *arena; /* holds them */
    struct mt_shape *at;    /* by kind, then transfers, most first, then first transfer */
    uint32_t count;
    uint32_t busy_count; /* accounts with too many counterparties to be in a shape */
    bool cut;            /* a limit left something out */
};

MT_MUST_USE enum mt_status mt_shapes_find(const struct mt_finding *const *findings, size_t count, struct mt_shapes *out_shapes);
void mt_shapes_destroy(struct mt_shapes *shapes); /* a zeroed one is fine */

#define MT_SHAPE_TEXT_MAX 160

/* What was seen, in words: "1 account pays 5, who all pay 1 other". Terminated. */
void mt_shape_text(const struct mt_shape *shape, char out_text[MT_SHAPE_TEXT_MAX]);

#endif
