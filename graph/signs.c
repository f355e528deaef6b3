#include "signs.h"

#include "detectors.h"

void mt_signs_put(struct mt_signs *signs, uint32_t sign, int64_t measured, int64_t limit, int16_t points)
{
    struct mt_finding_sign *put = &signs->at[signs->count++];

    MT_ASSERT(signs->count <= MT_SIGNS_MAX && sign <= UINT8_MAX);
    memset(put, 0, sizeof *put);
    put->measured = measured;
    put->limit = limit;
    put->points = points;
    put->sign = (uint8_t)sign;
}

/* The last step reached; 0 when none is. */
static int16_t mark_points(const struct mt_mark *mark, int64_t measured, int64_t *out_limit)
{
    int16_t points = 0;

    for (int i = 0; i < MT_MARK_STEPS && mark->steps[i].points != 0; i++) {
        int64_t limit = mark->steps[i].limit;

        if (measured < 0 || (mark->at_most ? measured > limit : measured < limit))
            break;
        points = mark->steps[i].points;
        *out_limit = limit;
    }
    return points;
}

void mt_signs_marks(struct mt_signs *signs, const struct mt_marks *marks, const int64_t facts[])
{
    for (uint32_t m = 0; m < marks->count; m++) {
        int64_t limit = 0, measured = facts[marks->at[m].fact];
        int16_t points = mark_points(&marks->at[m], measured, &limit);

        if (points != 0)
            mt_signs_put(signs, marks->first_sign + m, measured, limit, points);
    }
}

uint8_t mt_signs_score(const struct mt_signs *signs)
{
    int64_t score = 0;

    for (uint32_t i = 0; i < signs->count; i++)
        score += signs->at[i].points;
    return (uint8_t)(score < 0 ? 0 : score > 100 ? 100 : score);
}

static const struct mt_mark *mark_of(uint8_t sign)
{
    const struct mt_marks *marks = sign >= MT_SIGN_CHAIN ? &mt_chain_marks : &mt_account_marks;

    MT_ASSERT(sign >= MT_SIGN_ACCOUNT && sign - marks->first_sign < marks->count);
    return &marks->at[sign - marks->first_sign];
}

const char *mt_sign_code(uint8_t sign)
{
    return sign < MT_SIGN_ACCOUNT ? mt_detectors[sign - MT_SIGN_DETECTOR].name : mark_of(sign)->code;
}

const char *mt_sign_text(uint8_t sign)
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

    if (sign < MT_SIGN_ACCOUNT)
        return mt_detectors[sign - MT_SIGN_DETECTOR].text;
    return sign < MT_SIGN_CHAIN ? of_account[mark_of(sign)->fact] : of_chain[mark_of(sign)->fact];
}

bool mt_sign_at_most(uint8_t sign)
{
    return sign >= MT_SIGN_ACCOUNT && mark_of(sign)->at_most;
}
