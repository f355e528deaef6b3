/* Written by `./dev bench accuracy --part points --write` (bench/accuracy/points.py); what it says of itself on a stream at the natural base rate: */
#include "detectors.h"

/* from 60 on 0.63 of those raised are right and 0.50 of all are raised */
static const struct mt_mark account_marks[] = {
    {"new_large", MT_FACT_fresh_amount, false, {{25000, 30}, {50000, 32}, {100000, 35}, {200000, 37}}},
    {"passed_large", MT_FACT_largest_passed, false, {{50000, 6}, {100000, 10}, {200000, 15}, {500000, 17}}},
    {"funded", MT_FACT_funded, false, {{950, 2}}},
    {"to_new", MT_FACT_fresh_out, false, {{950, 3}}},
    {"payers", MT_FACT_heavy_payers, false, {{1, 5}, {2, 6}, {3, 11}, {4, 19}, {6, 33}, {8, 44}}},
    {"payees", MT_FACT_heavy_payees, false, {{1, 4}, {3, 7}, {4, 13}, {6, 23}, {9, 25}}},
    {"at_once", MT_FACT_burst_in, false, {{2, 2}, {3, 7}}},
    {"brief_stay", MT_FACT_dwell_minutes, true, {{60, 2}, {15, 6}}},
    {"larger_than_before", MT_FACT_largest, false, {{10000, 2}}},
    {"surge", MT_FACT_surge_out, false, {{2000, 5}, {5000, 8}, {20000, 9}}},
    {"near_line", MT_FACT_below_line, false, {{2, 3}, {3, 9}, {4, 16}}},
    {"repeats", MT_FACT_burst_out, false, {{2, 2}, {3, 10}, {6, 25}}},
    {"load", MT_FACT_load, false, {{200, 1}}},
    {"silence", MT_FACT_gap_days, false, {{5, 8}, {10, 12}}},
    {"cash_in", MT_FACT_cash_in, false, {{300, 1}, {500, 2}, {900, 6}}},
    {"cash_out", MT_FACT_cash_out, false, {{500, 3}, {800, 6}}},
    {"to_and_fro", MT_FACT_mutual, false, {{1, -3}, {2, -4}, {3, -7}}},
    {"short_history", MT_FACT_age_days, true, {{9, -2}}},
    {"busy", MT_FACT_ins, false, {{3, -6}, {5, -10}, {8, -19}, {16, -27}}},
    {"pays_many", MT_FACT_payees, false, {{4, -3}, {24, -6}}},
    {"much_dealt_with", MT_FACT_payers, false, {{8, -6}}},
};
const struct mt_marks mt_account_marks = {account_marks, sizeof account_marks / sizeof account_marks[0], MT_SIGN_ACCOUNT};
static_assert(sizeof account_marks / sizeof account_marks[0] <= MT_SIGN_CHAIN - MT_SIGN_ACCOUNT, "all signs fit");

/* from 60 on 0.83 of those raised are right and 0.74 of all are raised */
static const struct mt_mark chain_marks[] = {
    {"long", MT_CHAIN_hops, false, {{2, 4}, {4, 8}}},
    {"brief_stay", MT_CHAIN_dwell_minutes, true, {{1440, 2}, {240, 3}, {60, 7}}},
    {"passed_on", MT_CHAIN_passed, false, {{900, 2}}},
    {"round_trip", MT_CHAIN_round_hops, false, {{3, 1}}},
    {"branches", MT_CHAIN_branches, false, {{1, 3}, {2, 4}, {4, 7}, {8, 8}}},
    {"large", MT_CHAIN_amount, false, {{25000, 9}, {50000, 12}, {100000, 13}, {200000, 15}, {500000, 16}, {1000000, 18}}},
    {"all_large", MT_CHAIN_least_amount, false, {{10000, 3}, {100000, 5}}},
    {"instant", MT_CHAIN_instant, false, {{300, 2}, {600, 7}, {1000, 12}}},
    {"in_batches", MT_CHAIN_batches, false, {{1, -3}}},
    {"known_payer", MT_CHAIN_known_payer, false, {{1, -4}}},
    {"known_payee", MT_CHAIN_known_payee, false, {{1, -1}, {4, -2}}},
    {"paid_back", MT_CHAIN_paid_back, false, {{1, -11}}},
    {"new_large", MT_CHAIN_fresh_amount, false, {{10000, 3}, {25000, 6}, {50000, 8}, {500000, 10}}},
    {"relayed", MT_CHAIN_relayed, false, {{300, 1}}},
    {"funded", MT_CHAIN_funded, false, {{800, 1}}},
    {"stayed_briefly", MT_CHAIN_stayed_minutes, true, {{240, 2}, {60, 5}, {15, 13}}},
    {"payers", MT_CHAIN_new_payers, false, {{2, 2}, {3, 3}, {4, 7}, {6, 18}}},
    {"payees", MT_CHAIN_new_payees, false, {{1, 5}}},
    {"fan_out", MT_CHAIN_fan_out, false, {{2, 1}, {4, 3}}},
    {"many_new_payees", MT_CHAIN_all_new_payees, false, {{4, 1}, {6, 5}}},
    {"at_once", MT_CHAIN_at_once, false, {{3, 4}}},
    {"repeats", MT_CHAIN_repeats, false, {{2, 4}, {3, 5}}},
    {"cash_out", MT_CHAIN_cash_out, false, {{300, 1}}},
    {"larger_than_before", MT_CHAIN_larger, false, {{1500, 4}, {3000, 5}, {10000, 7}}},
    {"jump", MT_CHAIN_jump, false, {{1000, 1}, {10000, 3}}},
    {"short_history", MT_CHAIN_oldest_days, true, {{9, -5}}},
    {"much_dealt_with", MT_CHAIN_payers, false, {{8, -6}}},
    {"busy", MT_CHAIN_ins, false, {{4, -5}, {8, -11}}},
    {"listed", MT_CHAIN_listed, false, {{1, 30}}},
};
const struct mt_marks mt_chain_marks = {chain_marks, sizeof chain_marks / sizeof chain_marks[0], MT_SIGN_CHAIN};
static_assert(sizeof chain_marks / sizeof chain_marks[0] <= MT_SIGN_CHAIN - MT_SIGN_ACCOUNT, "all signs fit");
