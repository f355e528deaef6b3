#include "world.h"

#include <stdlib.h>

static uint64_t mix(uint64_t value)
{
    value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9u;
    value = (value ^ (value >> 27)) * 0x94d049bb133111ebu;
    return value ^ (value >> 31);
}

uint64_t world_random(struct world *world)
{
    world->random += 0x9e3779b97f4a7c15u;
    return mix(world->random);
}

int64_t world_below(struct world *world, int64_t limit)
{
    MT_ASSERT(limit > 0);
    return (int64_t)(world_random(world) % (uint64_t)limit);
}

bool world_chance(struct world *world, int64_t percent)
{
    return world_below(world, 100) < percent;
}

void world_init(struct world *world, uint64_t seed)
{
    world->rules = mt_rules_default();
    world->rates = NULL;
    world->lines[0] = (struct mt_line){.currency = 840, .line_minor = 1000000, .par_minor = 1, .par_cents = 1};
    world->line_count = 1;
    world->count = 0;
    world->record_count = 0;
    world->told_count = 0;
    world->lists = NULL;
    world->random = mix(seed + 77);
    world->salt = world_random(world);
}

void world_fini(struct world *world)
{
    mt_rates_destroy(world->rates);
    world->rates = NULL;
    mt_lists_destroy(world->lists);
    world->lists = NULL;
    world->record_count = 0;
}

struct mt_lines *world_lines(const struct world *world)
{
    const struct mt_lines_options options = {world->lines, world->line_count, world->rates, world->rules.account_sum_least};
    struct mt_lines *lines;

    MT_ASSERT(mt_lines_create(&options, &lines) == MT_OK);
    return lines;
}

/* Uniform bytes, but for the number in the last two, which people read in a failure's message. */
static void fill_bytes(uint8_t bytes[16], uint64_t salt, unsigned number)
{
    uint64_t high = mix(salt + number * 2u + 1);
    uint64_t low = mix(salt ^ mix(number));

    memcpy(bytes, &high, 8);
    memcpy(bytes + 8, &low, 8);
    bytes[14] = (uint8_t)(number >> 8);
    bytes[15] = (uint8_t)number;
}

struct mt_token world_account(const struct world *world, unsigned number)
{
    struct mt_token token;

    fill_bytes(token.bytes, world->salt + 0x1000000, number);
    return token;
}

struct mt_transfer_key world_key(const struct world *world, unsigned number)
{
    struct mt_transfer_key key;

    fill_bytes(key.bytes, world->salt + 0x2000000, number);
    return key;
}

struct mt_token world_indicator(const struct world *world, unsigned number)
{
    struct mt_token token;

    fill_bytes(token.bytes, world->salt + 0x3000000, number);
    return token;
}

struct mt_listing *world_list(struct world *world, unsigned entry, const struct mt_token *subject, int64_t since_ms, int64_t from_ms,
                              int64_t until_ms, enum mt_listing_state state)
{
    static const char *const texts[] = {"first", "second", "third"};
    struct mt_listing *record = &world->records[world->record_count++];
    bool changed;

    MT_ASSERT(world->record_count <= WORLD_RECORDS);
    *record = (struct mt_listing){.subject = *subject,
                                  .since_ms = since_ms,
                                  .from_ms = from_ms,
                                  .until_ms = until_ms,
                                  .text = texts[entry % 3],
                                  .text_size = (uint16_t)strlen(texts[entry % 3]),
                                  .state = (uint8_t)state,
                                  .kind = MT_SUBJECT_ACCOUNT};
    fill_bytes(record->entry.bytes, world->salt + 0x4000000 + mt_token_hash(subject), entry);
    if (world->lists == NULL)
        MT_ASSERT(mt_lists_create(&world->lists) == MT_OK);
    MT_ASSERT(mt_lists_add(world->lists, record, &changed) == MT_OK);
    return record;
}

void world_tell(struct world *world, const struct mt_token *account, int64_t since_ms, int64_t opened_ms, enum mt_holder_kind kind)
{
    MT_ASSERT(world->told_count < WORLD_TOLD);
    world->told[world->told_count++] = (struct oracle_told){*account, {.since_ms = since_ms, .opened_ms = opened_ms, .kind = (uint8_t)kind}};
}

struct mt_transfer *world_add(struct world *world, unsigned debtor, unsigned creditor, int64_t time_ms, int64_t minor)
{
    struct mt_transfer *report = &world->reports[world->count];

    MT_ASSERT(world->count < WORLD_REPORTS);
    *report = (struct mt_transfer){.key = world_key(world, world->count),
                                   .debtor = world_account(world, debtor),
                                   .creditor = world_account(world, creditor),
                                   .time_ms = time_ms,
                                   .amount = {.minor = minor, .currency = 840},
                                   .source = {.offset = world->count}};
    report->id_size = (uint8_t)snprintf(report->id, sizeof report->id, "row:%u", world->count);
    world->count++;
    return report;
}

void world_print(FILE *file, const struct world *world)
{
    fprintf(file, "W %lld alpha %lld rho %lld N %lld K %lld show %lld%s\n", (long long)world->rules.hop_window_ms,
            (long long)world->rules.strong_permille, (long long)world->rules.passed_permille, (long long)world->rules.chain_links,
            (long long)world->rules.hub_counterparties, (long long)world->rules.branch_show, world->rates ? " rates" : "");
    for (uint32_t i = 0; i < world->count && i < 200; i++) {
        const struct mt_transfer *report = &world->reports[i];

        fprintf(file, "  %02x%02x#%u %c>%c t%lld %lld cur%u%s side%u%s aliases%u", report->key.bytes[0], report->key.bytes[1],
                report->key.bytes[14] * 256u + report->key.bytes[15], 'a' + report->debtor.bytes[15] % 26,
                'a' + report->creditor.bytes[15] % 26, (long long)report->time_ms, (long long)report->amount.minor,
                report->amount.currency, report->kind == MT_KIND_RETURN ? " return" : "", report->side, report->weak ? " weak" : "",
                report->alias_count);
        for (uint8_t a = 0; a < report->alias_count; a++)
            fprintf(file, " =#%u", report->aliases[a].bytes[14] * 256u + report->aliases[a].bytes[15]);
        for (uint8_t a = 0; a < report->indicator_count; a++)
            fprintf(file, " by %u", report->indicators[a].bytes[15]);
        fprintf(file, "\n");
    }
    for (uint32_t i = 0; i < world->record_count; i++)
        fprintf(file, "  %02x on list %u since %lld from %lld until %lld state %u\n", world->records[i].subject.bytes[15],
                world->records[i].entry.bytes[15], (long long)world->records[i].since_ms, (long long)world->records[i].from_ms,
                (long long)world->records[i].until_ms, world->records[i].state);
    for (uint32_t i = 0; i < world->told_count; i++)
        fprintf(file, "  of %c since %lld: opened %lld, holder %u\n", 'a' + world->told[i].account.bytes[15] % 26,
                (long long)world->told[i].record.since_ms, (long long)world->told[i].record.opened_ms, world->told[i].record.kind);
}

char *world_oracle(const struct world *world)
{
    struct mt_lines *lines = world_lines(world);
    struct mt_lore lore = {.rules = &world->rules, .rates = world->rates, .lines = lines, .lists = world->lists};
    oracle_tell(world->told, world->told_count);
    struct oracle_set set = oracle_find(&lore, world->reports, world->count);
    char *text = NULL;
    size_t size = 0;
    FILE *file = open_memstream(&text, &size);

    MT_ASSERT(file != NULL);
    for (uint32_t i = 0; i < set.count; i++)
        oracle_print(file, &set.findings[i]);
    fclose(file);
    oracle_free(&set);
    mt_lines_destroy(lines);
    return text;
}

bool world_agrees(struct world *world, const struct world_run *run, const char *expected, const char *name, uint64_t seed)
{
    char *found = world_engine(world, run);
    bool same = strcmp(found, expected) == 0;

    if (!same) {
        fprintf(stderr, "\n%s: seed %llu, order %d batch %u workers %u twice %d backwards %d looks %u\n", name, (unsigned long long)seed,
                run->order, run->batch, run->workers, run->twice, run->backwards, run->looks);
        world_print(stderr, world);
        fprintf(stderr, "expected:\n%sfound:\n%s", expected, found);
    }
    free(found);
    return same;
}

bool world_agrees_always(struct world *world, const char *name, uint64_t seed)
{
    char *expected = world_oracle(world);
    bool same = true;

    for (unsigned i = 0; i < 6 && same; i++) {
        struct world_run run = {.order = (enum world_order)(i % WORLD_ORDERS),
                                .batch = i == 0 ? world->count + 1 : i == 2 ? 1 : 0,
                                .workers = i < 3 ? 1 : 1 + (uint32_t)world_below(world, 4),
                                .twice = world_chance(world, 50),
                                .backwards = world_chance(world, 50),
                                .looks = i == 4 ? 1 : i == 5 ? 1 + (uint32_t)world_below(world, 5) : 0,
                                .lists_late = i > 0 && world->record_count + world->told_count > 0};

        same = world_agrees(world, &run, expected, name, seed);
    }
    free(expected);
    return same;
}
