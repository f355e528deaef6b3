/*
 * channels.h: ways out that launderers have found: channels whose share in flagged flows rises beyond chance.
 *
 *   findings ─► flagged flows ─┐
 *                              ├─► counts per channel and UTC day ─► each day's test ─► reports
 *   ledgers ──► all flows ─────┘
 *
 * A *flagged flow* is a live chain at or above an alert score whose money stayed briefly (median) and was passed on: what tells a way out of
 * stolen money from a fashion. Its channel is the signature of its last transfers (channels_sign.h), its day that of the last one.
 *
 * An *ordinary flow* is, at exit grain, an account's first transfer of a day by a way out: a sum that leaves in parts is one flow, as the parts of a
 * chain's last sum are. At the other grains it is the same transfer with the money before it as a careless eye would see it: the latest transfer
 * into its debtor within the hop window, and again from there. That path asks for no share passed on, which is what makes a chain of it, so it
 * tells how common a sequence of rails and classes is among all who receive and pay. Flagged flows are left out of the ordinary ones.
 *
 * Everything is counted from the live findings and the de-duplicated ledgers by event time, so a replay counts nothing twice and no order of arrival
 * matters; there is no state to lose.
 *
 * A channel is *new* on a day when, of flagged flows of the last `recent_days`, its share is above `past_lift` times that of the `past_days` before
 * and above `ordinary_lift` times that of ordinary flows of the same days, both beyond chance (channels_chance.h; the larger of both chances counts:
 * Berger, Technometrics 24, 1982), over enough accounts and victims, and as quickly as mule money goes. Each grain is a family of hypotheses; the
 * budget of false discoveries is spent evenly over 30 days and the grains, and goes on for ever. No day is judged before the record holds all of
 * the days before it.
 *
 * Owns     copies of all that it needs
 * Bounds   32 bytes a slot, a slot and a third to three a transfer, half as much again while they grow; 16 bytes a channel of flagged flows and
 *          day, MT_CHANNEL_DAYS_MAX of these
 * Cost     collect O(1) a transfer; judge O(days × channels)
 * Threads  none
 * Fails    MT_NO_MEMORY
 */
#ifndef MT_CHANNELS_H
#define MT_CHANNELS_H

#include "channels_sign.h"
#include "ledger.h"
#include "rules.h"

struct mt_channels;

/* Days counted, up to the last one; what is older is left out. */
#define MT_CHANNEL_DAYS_MAX 3660

/* A stream that goes on is judged up to the last day that is over: after which one transfer in so many came. One bad clock ends no day. */
#define MT_CHANNEL_OVER_SHARE 1000

struct mt_channels_options {
    const struct mt_rules *rules; /* borrowed for life: the hop window and how long a chain is */
    struct mt_classes classes;
    int64_t score_least;  /* of a flagged flow: its finding's score, */
    int64_t stay_most_ms; /* the median stay of its money on the way, */
    int64_t passed_least; /* and the least share that an account passed on, in thousandths */
    int64_t days_most;    /* days counted, 1 to MT_CHANNEL_DAYS_MAX: as far back as every ledger is whole */
    bool over_only;       /* days that are over only: looked at again and again, a day still gets one test */
};

MT_MUST_USE enum mt_status mt_channels_create(const struct mt_channels_options *options, struct mt_channels **out_channels);
void mt_channels_destroy(struct mt_channels *channels); /* NULL is fine */

/* Every account's ledger once, joined, in any order. */
MT_MUST_USE enum mt_status mt_channels_ledger(struct mt_channels *channels, const struct mt_token *account, const struct mt_ledger *ledger);

/* Every live finding once, in any order; those that are no flagged flows, and an account's day, which is no chain, are left out here. */
MT_MUST_USE enum mt_status mt_channels_finding(struct mt_channels *channels, const struct mt_finding *finding);

/* Ends the collecting: from here on counts can be asked for. */
MT_MUST_USE enum mt_status mt_channels_count(struct mt_channels *channels);

/* The channels of flagged flows on the days counted, by signature, and these days (since 1970), from the first transfer's on; none: last < first. */
const struct mt_channel_sign *mt_channels_all(const struct mt_channels *channels, size_t *out_count);
void mt_channels_days(const struct mt_channels *channels, int64_t *out_first, int64_t *out_last);

/* Flows of one day: a channel's, and all at a grain. */
struct mt_channel_day {
    uint64_t flagged, ordinary;
};
struct mt_channel_day mt_channels_day(const struct mt_channels *channels, size_t channel, int64_t day);
struct mt_channel_day mt_channels_day_all(const struct mt_channels *channels, enum mt_channel_grain grain, int64_t day);

/* X(field, option, kind, default, least, most, help), as the rules' table. */
#define MT_CHANNEL_LIMITS_TABLE(X)                                                                                                         \
    X(recent_days, "recent-days", COUNT, 7, 1, 366, "days whose flows are judged together, up to the day of the report")                   \
    X(past_days, "past-days", COUNT, 28, 1, MT_CHANNEL_DAYS_MAX, "days before those, that tell what was usual: a month has all its pay-days") \
    X(past_lift, "past-lift", COUNT, 1500, 1000, 1000000, "thousandths of the past's share that the share now must be beyond")             \
    X(ordinary_lift, "ordinary-lift", COUNT, 2000, 1000, 1000000, "the same against ordinary flows")                                       \
    X(false_rate, "false-rate", COUNT, 100, 0, 1000, "false discoveries to be expected in 30 days, in thousandths")                        \
    X(accounts_least, "min-accounts", COUNT, 5, 1, 1000000, "accounts that money must have left by the channel (k)")                       \
    X(victims_least, "min-victims", COUNT, 5, 1, 1000000, "accounts that these flows must have begun at (k)")                       \
    X(median_stay_ms, "max-median-stay", DURATION, MT_HOUR_MS, 0, 366 * MT_DAY_MS,                                                         \
      "half of a channel's flows stay no longer: 53 of 100 of mule money is gone within the hour (RUSI 2025)")

struct mt_channel_limits {
#define MT_CHANNEL_LIMITS_FIELD(name, option, kind, value, least, most, help) int64_t name;
    MT_CHANNEL_LIMITS_TABLE(MT_CHANNEL_LIMITS_FIELD)
#undef MT_CHANNEL_LIMITS_FIELD
};

struct mt_channel_limits mt_channel_limits_default(void);

/* What is known of a channel on a day. */
struct mt_channel_figures {
    uint64_t flagged, flagged_all;     /* flows of the recent days: the channel's, and all */
    uint64_t past, past_all;           /* flagged flows of the days before */
    uint64_t ordinary, ordinary_all;   /* ordinary flows of the recent days */
    uint64_t accounts, victims;        /* of the channel's flagged flows, distinct */
    int64_t stay_ms, passed_permille;  /* of these, medians */
    int64_t chance_past, chance_ordinary; /* channels_chance.h */
    bool enough_past; /* the record goes back that far; else nothing is new */
};

/* What a day ends with; day is within mt_channels_days(), channel an index into mt_channels_all(). */
MT_MUST_USE enum mt_status mt_channels_look(struct mt_channels *channels, const struct mt_channel_limits *limits, size_t channel, int64_t day,
                                            struct mt_channel_figures *out_figures);

/* Whether there are as many accounts and victims as the limits ask for, and the money as quick. */
bool mt_channel_grave(const struct mt_channel_limits *limits, const struct mt_channel_figures *figures);

/* A channel that was new on a day, and had not been before. */
struct mt_channel_report {
    size_t channel;
    int64_t day;
    struct mt_channel_figures figures;
};

/* All reports by day, then signature; malloc'ed. */
MT_MUST_USE enum mt_status mt_channels_judge(struct mt_channels *channels, const struct mt_channel_limits *limits,
                                             struct mt_channel_report **out_reports, size_t *out_count);

/* A flagged flow of a channel, for people: the finding and its day. */
struct mt_channel_flow {
    struct mt_transfer_key finding;
    struct mt_token victim;  /* paid first */
    struct mt_token account; /* paid last */
    int64_t day;
    int64_t stay_ms;
    int64_t passed_permille;
    uint32_t channels[MT_CHANNEL_GRAIN_COUNT]; /* indexes into mt_channels_all() */
};

/* The channel's flagged flows by day, then finding; each is borrowed. */
const struct mt_channel_flow *const *mt_channels_flows(const struct mt_channels *channels, size_t channel, size_t *out_count);

#endif
