/* Shared by the files that read and judge requirements. A kind of measure is a struct measure_ops in a file of its own (requirement_NAME.c), named in the
 * table of requirement_measures.c. */
#ifndef KWIZ_SPELL_REQUIREMENT_PARTS_H
#define KWIZ_SPELL_REQUIREMENT_PARTS_H

#include "spell/answers.h"
#include "spell/requirement.h"
#include "spell/spell.h"

/* One requirement on one host. */
struct judge {
    const struct spell *spell;
    const struct answers *answers;
    const struct host *host;
    const struct facts *facts;
    const struct measured *measured; /* all hosts */
    size_t index;                    /* of this one in there */
    const struct requirement *requirement;
    struct verdict *verdict;
    const char *remedy; /* of what was found, in the spell's English; NULL = the requirement's */
};

struct probing;

struct measure_ops {
    const char *name;        /* in `measure:` */
    const char *const *keys; /* of its own in spell.yaml, besides those of all requirements; NULL-terminated; NULL = none */
    /* Read these into requirement->own; errors go to the reader. NULL: nothing to read. */
    void (*read)(const struct yaml_reader *reader, const struct yaml_node *map, struct requirement *requirement);
    /* Frees requirement->own, which may be NULL or half read. NULL: free() does. */
    void (*done)(struct requirement *requirement);
    /* Check what was read against the rest of the spell (roles, questions, files); errors go to the reader. NULL: nothing to check. */
    void (*check)(const struct yaml_reader *reader, const struct yaml_node *map, const struct spell *spell, const struct requirement *requirement);
    /* judge looks at the facts of no other host: another host's answer changes nothing about its verdict. */
    bool is_of_one_host;
    /* One of the functions below says the verdict. false: there is nothing to judge on this host. */
    bool (*judge)(struct judge *judge);
    /* What it wants tried out on the host, besides facts (probe_parts.h); judge has neither facts nor a verdict. NULL: nothing. */
    void (*probe)(const struct judge *judge, struct probing *probing);
    /* Add paths whose disks (room, file system), and paths whose presence, it wants to be told of. NULL: none. */
    void (*wants)(const struct requirement *requirement, struct strv *disks, struct strv *paths);
    /* Call add for each text for people that is its own (NULL may be added). NULL: there are none. */
    void (*texts)(const struct requirement *requirement, void (*add)(void *data, const char *english, unsigned line, unsigned column), void *data);
};

/* The kinds, each in its requirement_NAME.c. */
extern const struct measure_ops measure_reach, measure_latency;

/* NULL where no measure has this name. */
const struct measure_ops *measure_find(const char *name);
/* By number from 0; NULL: the last was before it. There are fewer than MEASURES_MAX. */
const struct measure_ops *measure_at(size_t index);
#define MEASURES_MAX 40

extern const struct measure_ops measure_fsync, measure_fetch, measure_address_free, measure_endpoint, measure_path_mtu;
/* A path that is to travel into the script that measures: false with an error at node unless no shell finds anything in it. */
bool requirement_check_path(const struct yaml_reader *reader, const struct yaml_node *node, const char *what, const char *path);
/* Does that script hold this word, so that hosts are asked about what is called so? */
bool requirement_script_names(const char *word);

/* The verdict; measured and threshold become the verdict's. */
void judge_say(struct judge *judge, enum verdict_kind kind, char *measured, char *threshold);
/* VERDICT_SKIP, "unknown: WHY"; threshold becomes the verdict's. */
void judge_skip(struct judge *judge, const char *why, char *threshold);
/* A line more in the verdict's detail. */
void judge_detail(struct judge *judge, const char *line);
/* Which choices of a question were found on the host, so that whoever answers it sees them. question: its key, which must live as long as the requirement.
 * must_choose: they are what fails; an answer mends that. */
void judge_choices(struct judge *judge, const char *question, const struct strv *found, bool must_choose);
/* What is not as it must be: a fail, or a warning where the spell says `level: warn`. */
enum verdict_kind judge_bad(const struct judge *judge);
/* Is the requirement for this host at all, by its roles and condition? */
bool requirement_concerns(const struct requirement *requirement, const struct answers *answers, const struct host *host);
/* This very cluster was put on the host before: what is there is kwiz's own doing. */
bool judge_is_own_cluster(const struct judge *judge);
/* The same, and says VERDICT_SKIP then. */
bool judge_is_ours(struct judge *judge, char *threshold);

#endif
