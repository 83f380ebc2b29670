#include "engine/event.h"

#include <string.h>

static const char *const kind_names[EVENT_KIND_COUNT] = {
    "start", "resume", "stage",      "attached",   "down", "record",     "rec",       "output", "sent",
    "complete", "secret", "bad",     "bye",        "wake", "retry-task", "retry-host", "skip",  "abort-task",
    "abort-run", "stop", "leave",    "pause",      "go-on", "answer",    "journal-failed"};
static const char *const answer_names[ANSWER_COUNT] = {"rerun", "done", "fail"};

static int find(const char *const *names, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(names[i], name) == 0)
            return (int)i;
    return -1;
}

const char *event_kind_name(enum event_kind kind)
{
    return kind_names[kind];
}

int event_kind_find(const char *name)
{
    return find(kind_names, EVENT_KIND_COUNT, name);
}

const char *answer_name(enum answer answer)
{
    return answer_names[answer];
}

int answer_find(const char *name)
{
    return find(answer_names, ANSWER_COUNT, name);
}
