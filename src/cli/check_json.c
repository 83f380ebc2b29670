#include "cli/check_json.h"

#include "spell/mend.h"
#include "spell/translation.h"

static void set(json_t *o, const char *key, const char *text)
{
    json_object_set_new(o, key, json_string(text ? text : ""));
}

json_t *check_json_verdict(const struct spell *spell, const char *host, const struct verdict *v, const char *reason)
{
    const struct requirement *r = v->requirement;
    json_t *o = json_object();
    set(o, "host", host);
    set(o, "check", r->id);
    set(o, "verdict", verdict_name(v->kind));
    set(o, "found", v->measured);
    set(o, "wanted", v->threshold);
    set(o, "remedy", v->remedy);
    json_object_set_new(o, "fixable", json_boolean(r->mend != NULL && mend_fires(v)));
    json_object_set_new(o, "accepted", json_boolean(v->is_accepted));
    set(o, "reason", v->is_accepted ? reason : "");
    set(o, "title", r->title ? spell_text(spell, r->title) : "");
    set(o, "source", r->source ? spell_text(spell, r->source) : "");
    set(o, "detail", v->detail);
    set(o, "question", v->is_asked ? v->question : "");
    set(o, "choices", v->is_asked ? v->choices : "");
    return o;
}

json_t *check_json_missing(const struct check_missing *missing)
{
    json_t *o = json_object();
    set(o, "host", missing->host);
    set(o, "state", "failed");
    set(o, "fault", missing->fault);
    set(o, "detail", missing->detail);
    set(o, "remedy", check_fault_hint(missing->fault));
    return o;
}

static json_t *counts(const size_t n[4])
{
    return json_pack("{s:I,s:I,s:I,s:I}", "fail", (json_int_t)n[VERDICT_FAIL], "warn", (json_int_t)n[VERDICT_WARN], "skip", (json_int_t)n[VERDICT_SKIP],
                     "pass", (json_int_t)n[VERDICT_PASS]);
}

json_t *check_json_sums(const struct wizard_checks *checks, int exit_status)
{
    size_t verdicts[4] = {0};
    json_t *stale = json_array(), *o = json_object(), *by_check = counts(checks->counts);
    for (size_t i = 0; i < checks->count; i++) {
        for (size_t k = 0; k < 4; k++)
            verdicts[k] += checks->items[i].counts[k];
        if (checks->items[i].is_stale)
            json_array_append_new(stale, json_string(checks->items[i].requirement->id));
    }
    json_object_set_new(by_check, "accepted", json_integer((json_int_t)checks->accepted));
    json_object_set_new(o, "checks", by_check);
    json_object_set_new(o, "verdicts", counts(verdicts));
    json_object_set_new(o, "hosts_measured", json_integer((json_int_t)checks->measured));
    json_object_set_new(o, "hosts_missing", json_integer((json_int_t)checks->missing));
    json_object_set_new(o, "stale_accepts", stale);
    json_object_set_new(o, "exit_status", json_integer(exit_status));
    return o;
}
