/* members.h: members of a JSON object, as the schemas' printers write them; `lead` is all before the value, as in ",\"bank\":". */
#ifndef MT_MEMBERS_H
#define MT_MEMBERS_H

#include "event.h"
#include "print.h"

/* Nothing when the text is empty. */
void mt_members_text(struct mt_print *print, const char *lead, struct mt_text text);
void mt_members_time(struct mt_print *print, const char *lead, int64_t time_ms);

#endif
