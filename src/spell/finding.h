/* What a measure found, one after the other, and the verdict that comes of all of it. */
#ifndef KWIZ_SPELL_FINDING_H
#define KWIZ_SPELL_FINDING_H

#include "spell/requirement_parts.h"

struct findings {
    enum verdict_kind kind; /* the worst so far, of warn and fail */
    struct strv lines;      /* what was found; that of the worst kind comes first */
    size_t first;           /* how many of them are of that kind */
    char *unknown;          /* owned or NULL: the first thing that could not be told */
};

/* kind: VERDICT_WARN or VERDICT_FAIL. line becomes the findings'. */
void finding_add(struct findings *findings, enum verdict_kind kind, char *line);
/* Something could not be told: without worse findings the verdict is a skip. why becomes the findings'. */
void finding_unknown(struct findings *findings, char *why);
/* Say the verdict. all_right, threshold: become the verdict's, the first where nothing was found and all could be told. Lines beyond the first go to its
 * detail, at most FINDING_LINES_MAX of them. Frees what findings holds. */
void finding_say(struct judge *judge, struct findings *findings, char *all_right, char *threshold);
#define FINDING_LINES_MAX 60

/* Names of hosts, of which there may be too many to tell all. */
struct named {
    struct strv list;
    size_t count;
};
void named_add(struct named *named, const char *name);
/* "a, b, c and 4 more"; malloc'd. Frees what named holds. */
char *named_text(struct named *named);

#endif
