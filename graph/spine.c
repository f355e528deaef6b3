#include "spine.h"

/*
 * The path around the start, in one array that grows at both ends:
 *
 *   hops[first .. start .. last]      first falls as the walk goes back, last rises as it goes on
 */
struct walk {
    struct mt_flow *flow;
    int64_t horizon_ms;
    struct mt_hop *hops;
    uint32_t capacity;
    uint32_t first, start, last;
    bool at_first, at_last; /* the path's own ends are reached */
    bool horizon;
    bool limit;
};

static void walk_grow(struct walk *walk)
{
    uint32_t capacity = 2 * walk->capacity;
    uint32_t shift = walk->capacity / 2;
    struct mt_hop *hops = MT_ARENA_ARRAY(walk->flow->arena, struct mt_hop, capacity);

    memcpy(hops + walk->first + shift, walk->hops + walk->first, sizeof *hops * (walk->last - walk->first + 1));
    walk->hops = hops;
    walk->capacity = capacity;
    walk->first += shift;
    walk->start += shift;
    walk->last += shift;
}

static enum mt_status step_back(struct walk *walk)
{
    struct mt_hop parent;
    bool found;
    enum mt_status status = mt_flow_main_parent(walk->flow, &walk->hops[walk->first], &parent, &found);

    if (status != MT_OK)
        return status;
    walk->horizon = found && parent.entry->time_ms < walk->horizon_ms;
    if (!found || walk->horizon || walk->start - walk->first >= MT_WALK_MAX) {
        walk->limit |= found && !walk->horizon;
        walk->at_first = true;
        return MT_OK;
    }
    if (walk->first == 0)
        walk_grow(walk);
    walk->hops[--walk->first] = parent;
    return MT_OK;
}

static enum mt_status step_on(struct walk *walk)
{
    struct mt_hop child;
    bool found;
    enum mt_status status = mt_flow_main_child(walk->flow, &walk->hops[walk->last], &child, &found);

    if (status != MT_OK)
        return status;
    if (!found || walk->last - walk->start >= MT_WALK_MAX) {
        walk->limit |= found;
        walk->at_last = true;
        return MT_OK;
    }
    if (walk->last + 1 == walk->capacity)
        walk_grow(walk);
    walk->hops[++walk->last] = child;
    return MT_OK;
}

/* Walks until `count` transfers lie before / after the start, or the path ends. */
static enum mt_status reach_back(struct walk *walk, uint32_t count)
{
    enum mt_status status = MT_OK;

    while (status == MT_OK && !walk->at_first && walk->start - walk->first < count)
        status = step_back(walk);
    return status;
}

static enum mt_status reach_on(struct walk *walk, uint32_t count)
{
    enum mt_status status = MT_OK;

    while (status == MT_OK && !walk->at_last && walk->last - walk->start < count)
        status = step_on(walk);
    return status;
}

/* Whether the path is cut before hops[at]; both sides must have been walked. */
static bool is_cut(const struct walk *walk, uint32_t at)
{
    if (at < walk->first + MT_SPINE_SIDE || at + MT_SPINE_SIDE > walk->last)
        return false;
    for (uint32_t i = at - MT_SPINE_SIDE; i <= at + MT_SPINE_SIDE; i++) {
        if (i != at && mt_key_compare(&walk->hops[i].entry->key, &walk->hops[at].entry->key) <= 0)
            return false;
    }
    return true;
}

/* The nearest cut at or before the start; false when the part begins with the path itself. */
static enum mt_status part_begin(struct walk *walk, uint32_t *out_back, bool *out_cut)
{
    for (uint32_t back = 0;; back++) {
        enum mt_status status = reach_back(walk, back + MT_SPINE_SIDE);

        if (status != MT_OK)
            return status;
        if (back > walk->start - walk->first) {
            *out_cut = false;
            *out_back = walk->start - walk->first;
            return MT_OK;
        }
        if (is_cut(walk, walk->start - back)) {
            *out_cut = true;
            *out_back = back;
            return MT_OK;
        }
    }
}

/* The nearest cut after the start; the part then ends just before it. */
static enum mt_status part_end(struct walk *walk, uint32_t *out_on, bool *out_cut)
{
    for (uint32_t on = 1;; on++) {
        enum mt_status status = reach_on(walk, on + MT_SPINE_SIDE);

        if (status != MT_OK)
            return status;
        if (on > walk->last - walk->start) {
            *out_cut = false;
            *out_on = walk->last - walk->start;
            return MT_OK;
        }
        if (is_cut(walk, walk->start + on)) {
            *out_cut = true;
            *out_on = on - 1;
            return MT_OK;
        }
    }
}

enum mt_status mt_spine_find(struct mt_flow *flow, const struct mt_hop *hop, int64_t horizon_ms, struct mt_spine *out_spine)
{
    struct walk walk = {.flow = flow, .horizon_ms = horizon_ms, .capacity = 8, .first = 4, .start = 4, .last = 4};
    uint32_t back = 0, on = 0;
    bool cut_before = false, cut_after = false;

    walk.hops = MT_ARENA_ARRAY(flow->arena, struct mt_hop, walk.capacity);
    walk.hops[walk.start] = *hop;
    enum mt_status status = reach_back(&walk, MT_SPINE_SIDE);
    if (status == MT_OK)
        status = reach_on(&walk, MT_SPINE_SIDE);
    if (status == MT_OK)
        status = part_begin(&walk, &back, &cut_before);
    if (status == MT_OK)
        status = part_end(&walk, &on, &cut_after);
    if (status != MT_OK)
        return status;
    *out_spine = (struct mt_spine){
        .hops = walk.hops + walk.start - back,
        .count = back + on + 1,
        .before = cut_before ? &walk.hops[walk.start - back - 1] : NULL,
        .after = cut_after ? &walk.hops[walk.start + on + 1] : NULL,
        .horizon = walk.horizon,
        .walk_cut = walk.limit,
    };
    return MT_OK;
}
