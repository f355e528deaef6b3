#include "members.h"

void mt_members_text(struct mt_print *print, const char *lead, struct mt_text text)
{
    if (text.size == 0)
        return;
    mt_print_text(print, lead);
    mt_print_string(print, text.at, text.size);
}

void mt_members_time(struct mt_print *print, const char *lead, int64_t time_ms)
{
    char text[32];
    size_t size = mt_time_print(time_ms, text);

    mt_print_text(print, lead);
    mt_print_string(print, text, size);
}
