#include "signs.h"

#include "detectors.h"

static struct mt_finding_sign *put(struct mt_signs *signs, uint32_t sign, int16_t points)
{
    struct mt_finding_sign *put = &signs->at[signs->count++];

    MT_ASSERT(signs->count <= MT_SIGNS_MAX && sign < MT_SIGN_END);
    memset(put, 0, sizeof *put);
    put->points = points;
    put->sign = (uint8_t)sign;
    return put;
}

void mt_signs_put(struct mt_signs *signs, uint32_t sign, int64_t measured, int64_t limit, int16_t points)
{
    put(signs, sign, points)->measured = (struct mt_measured){.value = measured, .limit = limit, .relation = MT_AT_LEAST};
}

uint8_t mt_mark_steps(const struct mt_mark *mark, int64_t value)
{
    uint8_t reached = 0;

    while (reached < mark->step_count && value >= 0 && (mark->at_most ? value <= mark->steps[reached].limit : value >= mark->steps[reached].limit))
        reached++;
    return reached;
}

/* The number against the last limit that it reached, or the first that it did not. */
static struct mt_measured measured_of(const struct mt_mark *mark, int64_t value, uint8_t reached)
{
    enum mt_relation relation = reached > 0 ? (mark->at_most ? MT_AT_MOST : MT_AT_LEAST) : mark->at_most ? MT_ABOVE : MT_BELOW;

    return (struct mt_measured){.value = value, .limit = mark->steps[reached > 0 ? reached - 1 : 0].limit, .relation = relation};
}

void mt_signs_marks(struct mt_signs *signs, const struct mt_marks *marks, const int64_t facts[])
{
    uint32_t first_mark = marks->first_sign + 1;
    uint8_t reached[MT_MARKS_MAX];

    if (marks->start != 0)
        mt_signs_put(signs, marks->first_sign, 0, 0, marks->start);
    for (uint32_t m = 0; m < marks->count; m++) {
        const struct mt_mark *mark = &marks->at[m];

        reached[m] = mt_mark_steps(mark, facts[mark->fact]);
        if (reached[m] > 0 && mark->steps[reached[m] - 1].points != 0)
            put(signs, first_mark + m, mark->steps[reached[m] - 1].points)->measured = measured_of(mark, facts[mark->fact], reached[m]);
    }
    for (uint32_t p = 0; p < marks->pair_count; p++) {
        const struct mt_pair *pair = &marks->pairs[p];
        const struct mt_mark *first = &marks->at[pair->first], *second = &marks->at[pair->second];
        int8_t points = pair->points[reached[pair->first]][reached[pair->second]];

        if (points == 0)
            continue;
        struct mt_finding_sign *sign = put(signs, first_mark + marks->count + p, points);
        sign->measured = measured_of(first, facts[first->fact], reached[pair->first]);
        sign->with = measured_of(second, facts[second->fact], reached[pair->second]);
    }
}

uint8_t mt_signs_score(const struct mt_signs *signs)
{
    int64_t score = 0;

    for (uint32_t i = 0; i < signs->count; i++)
        score += signs->at[i].points;
    return (uint8_t)(score < 0 ? 0 : score > 100 ? 100 : score);
}

static const struct mt_marks *table_of(uint8_t sign)
{
    return sign >= MT_SIGN_CHAIN ? &mt_chain_marks : &mt_account_marks;
}

/* The sign's mark, or its pair's first or second one; NULL where there is none. */
static const struct mt_mark *mark_of(uint8_t sign, bool second)
{
    const struct mt_marks *marks = table_of(sign);
    uint32_t at = sign - marks->first_sign - 1;

    if (sign < MT_SIGN_ACCOUNT || sign == marks->first_sign)
        return NULL;
    MT_ASSERT(at < marks->count + marks->pair_count);
    if (at < marks->count)
        return second ? NULL : &marks->at[at];
    const struct mt_pair *pair = &marks->pairs[at - marks->count];
    return &marks->at[second ? pair->second : pair->first];
}

static const char *fact_text(uint8_t sign, uint8_t fact)
{
    static const char *const of_account[] = {
#define TEXT(field, text) text,
        MT_FACT_TABLE(TEXT)
    };
    static const char *const of_chain[] = {
#define MIDDLE_TEXT(field, fact, reduce, text) text,
        MT_CHAIN_OWN_TABLE(TEXT) MT_CHAIN_MIDDLE_TABLE(MIDDLE_TEXT)
#undef TEXT
#undef MIDDLE_TEXT
    };

    return sign < MT_SIGN_CHAIN ? of_account[fact] : of_chain[fact];
}

const char *mt_sign_code(uint8_t sign)
{
    const struct mt_mark *mark = mark_of(sign, false);

    if (sign < MT_SIGN_ACCOUNT)
        return mt_detectors[sign - MT_SIGN_DETECTOR].name;
    return mark != NULL ? mark->code : "start";
}

const char *mt_sign_text(uint8_t sign)
{
    const struct mt_mark *mark = mark_of(sign, false);

    if (sign < MT_SIGN_ACCOUNT)
        return mt_detectors[sign - MT_SIGN_DETECTOR].text;
    return mark != NULL ? fact_text(sign, mark->fact) : sign < MT_SIGN_CHAIN ? "what every account's day starts from" : "what every chain starts from";
}

const char *mt_sign_with_code(uint8_t sign)
{
    const struct mt_mark *mark = mark_of(sign, true);

    return mark != NULL ? mark->code : NULL;
}

const char *mt_sign_with_text(uint8_t sign)
{
    const struct mt_mark *mark = mark_of(sign, true);

    return mark != NULL ? fact_text(sign, mark->fact) : NULL;
}
