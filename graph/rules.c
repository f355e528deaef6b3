#include "rules.h"

struct mt_rules mt_rules_default(void)
{
    return (struct mt_rules){
#define MT_RULES_VALUE(name, kind, value, least, most, help) .name = (value),
        MT_RULES_TABLE(MT_RULES_VALUE)
#undef MT_RULES_VALUE
    };
}

bool mt_rules_valid(const struct mt_rules *rules)
{
#define MT_RULES_CHECK(name, kind, value, least, most, help)    \
    if (rules->name < (least) || rules->name > (most))          \
        return false;
    MT_RULES_TABLE(MT_RULES_CHECK)
#undef MT_RULES_CHECK
    return true;
}
