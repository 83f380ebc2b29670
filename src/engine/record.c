#include "engine/record.h"

#include <stddef.h>
#include <string.h>

static const char *const kind_names[RECORD_KIND_COUNT] = {"accepted", "start", "end", "interrupted", "truncated", "leftover", "full"};
static const char *const how_names[RECORD_HOW_COUNT] = {"exit",    "unchanged", "todo",   "check-failed",
                                                        "timeout", "aborted",   "reboot", "error"};
static const char *const why_names[RECORD_WHY_COUNT] = {"boot", "killed"};

bool boot_is_same(const struct boot *a, const struct boot *b)
{
    return a->start == b->start && strcmp(a->id, b->id) == 0;
}

static int find(const char *const *names, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(names[i], name) == 0)
            return (int)i;
    return -1;
}

const char *record_kind_name(enum record_kind kind)
{
    return kind_names[kind];
}

const char *record_how_name(enum record_how how)
{
    return how_names[how];
}

const char *record_why_name(enum record_why why)
{
    return why_names[why];
}

int record_kind_find(const char *name)
{
    return find(kind_names, RECORD_KIND_COUNT, name);
}

int record_how_find(const char *name)
{
    return find(how_names, RECORD_HOW_COUNT, name);
}

int record_why_find(const char *name)
{
    return find(why_names, RECORD_WHY_COUNT, name);
}
