#include "engine/mesh_talk.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define WORDS_MAX 4
#define ID_MAX 1000000u

/* The place of the word in the list, or -1. */
static int find(const char *word, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (words[i] && strcmp(words[i], word) == 0)
            return (int)i;
    return -1;
}

static bool number(const char *word, uint64_t max, uint64_t *value)
{
    size_t len = strlen(word);
    if (!len || len > 10 || word[strspn(word, "0123456789")])
        return false;
    *value = strtoull(word, NULL, 10);
    return *value <= max;
}

/* Cut at single blanks. 0: too many words, or none. */
static size_t split(char *line, char **words)
{
    size_t count = 0;
    char *rest = line, *word;
    while ((word = strsep(&rest, " "))) {
        if (count == WORDS_MAX)
            return 0;
        words[count++] = word;
    }
    return count;
}

static struct mesh_line heard(char **words, size_t count)
{
    struct mesh_line line = {.saying = MESH_NOISE};
    uint64_t host, id;
    if (count != 4 || !number(words[1], ID_MAX, &host) || !number(words[2], ID_MAX, &id) || strlen(words[3]) != MESH_WORD_LEN)
        return line; /* anybody who listens on the way could have made it */
    line.saying = MESH_HEARD;
    line.number = (size_t)host;
    line.id = (size_t)id;
    memcpy(line.word, words[3], sizeof line.word);
    return line;
}

/* words: behind the token */
static struct mesh_line told(char **words, size_t count)
{
    static const char *const bounds[] = {NULL, "ok", "taken", "root", "failed", "none"};
    static const char *const results[] = {NULL, "open", "refused", "silent", "unreachable", "failed", "none"};
    struct mesh_line line = {.saying = MESH_NONSENSE};
    uint64_t id, us = 0;
    int at;
    if (count == 1 && strcmp(words[0], "ready") == 0)
        line.saying = MESH_READY;
    else if (count == 1 && strcmp(words[0], "done") == 0)
        line.saying = MESH_DONE;
    else if (count == 2 && strcmp(words[0], "tool") == 0)
        line.saying = MESH_TOOL;
    if (count != 3 || !number(words[1], ID_MAX, &id))
        return line;
    line.id = (size_t)id;
    if (strcmp(words[0], "bound") == 0 && (at = find(words[2], bounds, sizeof bounds / sizeof *bounds)) > 0) {
        line.saying = MESH_BOUND;
        line.bound = (enum mesh_bound)at;
    } else if (strcmp(words[0], "probe") == 0 && (at = find(words[2], results, sizeof results / sizeof *results)) > 0) {
        line.saying = MESH_PROBED;
        line.result = (enum mesh_result)at;
    } else if (strcmp(words[0], "rtt") == 0 && (strcmp(words[2], "none") == 0 || (number(words[2], MESH_RTT_MAX_US, &us) && us))) {
        line.saying = MESH_RTT;
        line.us = us;
    }
    return line;
}

struct mesh_line mesh_line_parse(const char *text, size_t len, const char *token, const char *nonce)
{
    struct mesh_line noise = {.saying = MESH_NOISE};
    char line[MESH_LINE_MAX + 1], *words[WORDS_MAX];
    if (len && text[len - 1] == '\r')
        len--;
    if (len > MESH_LINE_MAX || memchr(text, '\0', len))
        return noise;
    memcpy(line, text, len);
    line[len] = '\0';
    bool is_told = strncmp(line, token, strlen(token)) == 0 && line[strlen(token)] == ' ';
    size_t count = split(line, words);
    if (is_told)
        return count ? told(words + 1, count - 1) : (struct mesh_line){.saying = MESH_NONSENSE};
    if (count && strcmp(words[0], nonce) == 0)
        return heard(words, count);
    return noise;
}
