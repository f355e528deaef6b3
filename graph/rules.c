#include "rules.h"

struct mt_rules mt_rules_default(void)
{
    return (struct mt_rules){
#define MT_RULES_VALUE(name, kind, value, least, most, help) .name = (value),
        MT_RULES_TABLE(MT_RULES_VALUE)
#undef MT_RULES_VALUE
    };
}
