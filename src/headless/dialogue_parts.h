/* Private to dialogue*.c. */
#ifndef KWIZ_HEADLESS_DIALOGUE_PARTS_H
#define KWIZ_HEADLESS_DIALOGUE_PARTS_H

#include "base/strv.h"
#include "headless/dialogue.h"
#include "headless/linein.h"

/* What was typed, without blanks around it; the backslash of a literal line is off. */
struct typed {
    const char *text;
    bool is_literal; /* no number, no command, no beginning of a name */
};

/* The questions of a section, or those asked in between. */
struct part {
    void (*enter)(struct dialogue *d);                             /* say where we are, ask the first */
    void (*ask)(struct dialogue *d);                               /* ask the open question (again) */
    void (*answer)(struct dialogue *d, const struct typed *typed); /* goes on, or says what is wrong and asks again */
    void (*secret)(struct dialogue *d, const char *bytes, size_t len); /* the answer to dialogue_ask_secret; NULL where there is none */
    bool (*back)(struct dialogue *d);                              /* one question back; false = there is none in here. May be NULL */
    void (*forward)(struct dialogue *d);                           /* on, with what is offered for this question and the rest as it is; NULL = dialogue_next */
    void (*help)(struct dialogue *d);
    void (*changed)(struct dialogue *d);                           /* the wizard is another; may be NULL */
};
extern const struct part part_welcome, part_spell, part_topology, part_hosts, part_access, part_requirements, part_options, part_review, part_quit, part_user, part_mend;

/* A user that may use sudo, as it is being asked for. */
struct sudo_user_talk {
    char *name, *key; /* owned */
    struct strv keys; /* found in ~/.ssh */
    bool needs_password, was_shown; /* the script */
    struct secret *password; /* owned */
    size_t *hosts, host_count; /* owned */
};

/* A check that is to be mended, as it is being asked about. */
struct mend_talk {
    char *check; /* owned: its id */
    bool was_shown; /* the script */
};

#define DIALOGUE_SIGNALS 5

struct dialogue {
    uv_loop_t *loop;
    struct dialogue_options options;
    struct wizard *wizard;
    struct linein *in;
    struct outlet *out;
    uv_timer_t later;        /* the wizard changed */
    uv_timer_t slow;         /* it is time to say how far things are */
    uv_signal_t signals[DIALOGUE_SIGNALS];
    bool is_watching, is_silent, has_ended, is_dead;
    unsigned open_handles;

    enum section section;
    const struct part *part; /* the section's, or part_quit */
    unsigned step;           /* which question of the part; 0 when it is entered */
    size_t index;            /* of what the question is about: a question, a host */
    char *word;              /* owned: what an answer is still missing for (a check, a file); may be NULL */
    bool is_waiting;         /* no question is open */
    bool is_secret;          /* it is one for a secret */
    bool comes_back;         /* from a later section, by < */
    bool reviews;            /* what is in order is passed by, on the way to Review */
    bool asks_rare;          /* Options: also what is rarely needed */
    bool finishes;           /* Options: the rest stays as it is, only what is wrong is asked */
    struct buf lines;        /* of an answer that has several */
    const char *whole; /* while a line is answered: it with the blanks around it, for texts of several lines */
    char *own_path;          /* owned: the answers file that was opened or saved, and may be written over; NULL = none (a run's is never) */
    const struct part *part_before; /* part_quit: who asked */
    bool was_waiting;

    struct strv listed;      /* "host: key": the host keys that were shown */
    struct strv offered;     /* of each its host's number and key, so that `all` means them; "" = refused */
    struct sudo_user_talk user; /* part_user */
    struct mend_talk mend;      /* part_mend */
    size_t told;             /* how many hosts were done when it was last said */
    uint64_t told_at_ms;
};

/* -- dialogue.c: going about -- */
/* To a section, or to the one that stands in its way. */
void dialogue_go(struct dialogue *d, enum section section);
/* To look at a section again: it does not pass by itself. */
void dialogue_visit(struct dialogue *d, enum section section);
/* On from this section; says why not, and asks again. */
void dialogue_next(struct dialogue *d);
/* No question until something changes; a terminal is listened to all the same. */
void dialogue_wait(struct dialogue *d);
/* Nothing is asked or said any more: the caller goes on. */
void dialogue_hand_over(struct dialogue *d);
/* What is not in a file yet goes into one in the state folder, which is named. */
void dialogue_keep(struct dialogue *d);
void dialogue_quit(struct dialogue *d);
void dialogue_set_word(struct dialogue *d, const char *word);

/* -- dialogue_quit.c: saving -- */
/* Where answers are saved when no file is named; malloc'd. */
char *dialogue_path(struct dialogue *d);
void dialogue_set_own_path(struct dialogue *d, const char *path);
/* Save to file ("" = dialogue_path), and say so or why not: a file that is there already is not written over but for the own one. */
bool dialogue_save(struct dialogue *d, const char *file);

/* -- dialogue_welcome.c: answers were opened; say which, and go to what they lack, else to Review -- */
void dialogue_begin_opened(struct dialogue *d);

/* -- dialogue_say.c: what is written -- */
/* A line, or more of them; each made printable. */
void dialogue_say(struct dialogue *d, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* "4 of 10, Hosts." and the rest of the line. */
void dialogue_head(struct dialogue *d, enum section section, const char *text);
/* "question [value]: "; value NULL = none. Then a line is read. */
void dialogue_ask(struct dialogue *d, const char *question, const char *value);
/* The same without showing what is typed. before: a line to be said first, when already nothing is shown; NULL = none. */
void dialogue_ask_secret(struct dialogue *d, const char *before, const char *question);
void dialogue_say_errors(struct dialogue *d, const struct err_list *errors);
/* All answers so far. */
void dialogue_say_answers(struct dialogue *d);
/* What is not in a file yet: "6 hosts and 3 options". */
void dialogue_say_unsaved(struct dialogue *d);
/* "kub-1", "kub-1, kub-2", "6 hosts, kub-1 to kub-6"; malloc'd. */
char *dialogue_names(const struct strv *names);

/* dialogue_hosts.c: take hosts out of the table, by name, number or range, and say so. false after saying that there is none. */
bool dialogue_delete_hosts(struct dialogue *d, const char *range);
/* "reached: 3 of 6 hosts", when that is another number than was last said and some seconds have gone by; else it is said later. */
void dialogue_say_progress(struct dialogue *d, const char *format, size_t done, size_t all, const char *rest);
/* dialogue_spell.c: "worker 2 or more". */
void dialogue_add_count(struct buf *out, const struct role *role);

/* -- dialogue_user.c -- */
/* Ask for a user that may use sudo, on the hosts of this range ("" = all where kwiz is root). false after saying why not. */
bool dialogue_begin_user(struct dialogue *d, const char *range);
void dialogue_user_done(struct sudo_user_talk *talk);

/* -- dialogue_mend.c -- */
/* Offer to mend this check where it fires. false after saying why not. */
bool dialogue_begin_mend(struct dialogue *d, const struct requirement *requirement);
void dialogue_mend_done(struct mend_talk *talk);

/* -- dialogue_words.c: what is read -- */
#define WORD_NONE SIZE_MAX
/* Which of the names is meant: a number from 1, the name, or a beginning that only one has. WORD_NONE after saying what there is. */
size_t dialogue_choose(struct dialogue *d, const struct typed *typed, const struct strv *names);
/* yes, no, y, n in English and the operator's language. false: neither. */
bool dialogue_yes_or_no(const struct typed *typed, bool *is_yes);
/* Is it the command (a beginning of at least as many letters)? Then rest is what follows, without blanks. Never for literal lines. */
bool dialogue_command(const struct typed *typed, const char *command, size_t letters, const char **rest);

#endif
