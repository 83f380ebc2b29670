#include "engine/rundir.h"

#include <dirent.h>
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>

#include "base/file.h"
#include "base/i18n.h"
#include "base/mem.h"

#define META_MAX_BYTES (1U << 20)
#define COPY_FILE_MAX_BYTES (1U << 20)
#define COPY_FILES_MAX 1000
#define COPY_DEPTH_MAX 8
#define ID_TIME_LEN 15 /* "20261122-235501" */

static char *runs_folder(void)
{
    char *state = file_xdg("XDG_STATE_HOME", ".local/state");
    char *runs = mem_printf("%s/runs", state);
    free(state);
    return runs;
}

static char *new_id(uint64_t now_ms)
{
    unsigned char noise[2] = {0};
    if (getrandom(noise, sizeof noise, 0) != (ssize_t)sizeof noise)
        noise[0] = noise[1] = 0;
    time_t seconds = (time_t)(now_ms / 1000);
    struct tm tm;
    char day[32];
    gmtime_r(&seconds, &tm);
    strftime(day, sizeof day, "%Y%m%d-%H%M%S", &tm);
    return mem_printf("%s-%02x%02x", day, noise[0], noise[1]);
}

static void set_string(json_t *object, const char *key, const char *value)
{
    json_object_set_new(object, key, value ? json_string(value) : json_null());
}

static void set_list(json_t *object, const char *key, const struct strv *list)
{
    json_t *array = json_array();
    for (size_t i = 0; i < list->count; i++)
        json_array_append_new(array, json_string(list->items[i]));
    json_object_set_new(object, key, array);
}

static void get_list(const json_t *object, const char *key, struct strv *list)
{
    const json_t *array = json_object_get(object, key);
    for (size_t i = 0; i < json_array_size(array); i++)
        if (json_is_string(json_array_get(array, i)))
            strv_add(list, json_string_value(json_array_get(array, i)));
}

bool rundir_create(struct rundir *dir, const struct run_meta *meta, uint64_t now_ms, struct err *err)
{
    char *runs = runs_folder();
    *dir = (struct rundir){.id = new_id(now_ms)};
    dir->path = mem_printf("%s/%s", runs, dir->id);
    bool ok = file_mkdirs(runs, 0700, err);
    if (ok && mkdir(dir->path, 0700) != 0)
        ok = err_set_errno(err, ERR_LOCAL, errno, _("cannot make the run's folder %s"), dir->path);
    free(runs);
    if (ok) {
        json_t *m = json_object();
        set_string(m, "run", dir->id);
        set_string(m, "cluster", meta->cluster);
        set_string(m, "spell", meta->spell);
        set_string(m, "topology", meta->topology);
        set_string(m, "action", meta->action);
        set_string(m, "answers_file", meta->answers_file);
        set_list(m, "limit", &meta->limit);
        set_list(m, "only", &meta->only);
        set_list(m, "targets", &meta->targets);
        set_list(m, "lost", &meta->lost);
        set_list(m, "before", &meta->before);
        json_object_set_new(m, "keeps_file", json_boolean(meta->keeps_file));
        json_object_set_new(m, "started_ms", json_integer((json_int_t)now_ms));
        char *text = json_dumps(m, JSON_INDENT(2)), *path = rundir_path(dir, "meta.json");
        ok = file_write(path, text, strlen(text), 0600, err);
        free(path);
        free(text);
        json_decref(m);
    }
    if (!ok)
        rundir_done(dir);
    return ok;
}

static char *get_string(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text ? mem_strdup(text) : NULL;
}

static json_t *load(const struct rundir *dir, const char *name, struct err *err)
{
    char *path = rundir_path(dir, name);
    struct buf text;
    json_t *json = NULL;
    if (file_read(path, META_MAX_BYTES, &text, err)) {
        json_error_t where;
        json = json_loadb(buf_text(&text), text.len, JSON_REJECT_DUPLICATES, &where);
        if (!json) {
            err_set(err, ERR_LOCAL, _("not the JSON that kwiz wrote: %s"), where.text);
            err_place(err, path, (unsigned)where.line, (unsigned)where.column);
        }
    }
    buf_done(&text);
    free(path);
    return json;
}

bool rundir_meta(const struct rundir *dir, struct run_meta *meta, struct err *err)
{
    *meta = (struct run_meta){.exit_status = -1};
    json_t *m = load(dir, "meta.json", err);
    if (!m)
        return false;
    meta->id = mem_strdup(dir->id);
    meta->cluster = get_string(m, "cluster");
    meta->spell = get_string(m, "spell");
    meta->topology = get_string(m, "topology");
    meta->action = get_string(m, "action");
    meta->answers_file = get_string(m, "answers_file");
    get_list(m, "limit", &meta->limit);
    get_list(m, "only", &meta->only);
    get_list(m, "targets", &meta->targets);
    get_list(m, "lost", &meta->lost);
    get_list(m, "before", &meta->before);
    meta->keeps_file = json_is_true(json_object_get(m, "keeps_file"));
    meta->started_ms = (uint64_t)json_integer_value(json_object_get(m, "started_ms"));
    json_decref(m);
    json_t *s = load(dir, "summary.json", NULL);
    if (s) {
        meta->ended_ms = (uint64_t)json_integer_value(json_object_get(s, "ended_ms"));
        const json_t *status = json_object_get(s, "exit_status");
        meta->exit_status = json_is_integer(status) ? (int)json_integer_value(status) : -1;
        json_decref(s);
    }
    return true;
}

void run_meta_done(struct run_meta *meta)
{
    free(meta->id);
    free(meta->cluster);
    free(meta->spell);
    free(meta->topology);
    free(meta->action);
    free(meta->answers_file);
    strv_done(&meta->limit);
    strv_done(&meta->only);
    strv_done(&meta->targets);
    strv_done(&meta->lost);
    strv_done(&meta->before);
    *meta = (struct run_meta){.exit_status = -1};
}

/* Ids begin with the time, to the second; what began in the same one is told apart by what it says itself. */
static int newest_first(const void *a, const void *b)
{
    const struct run_meta *x = a, *y = b;
    int order = strncmp(y->id, x->id, ID_TIME_LEN);
    if (!order && x->started_ms != y->started_ms)
        order = x->started_ms < y->started_ms ? 1 : -1;
    return order ? order : strcmp(y->id, x->id);
}

static int is_id(const struct dirent *entry)
{
    return entry->d_name[0] >= '0' && entry->d_name[0] <= '9';
}

size_t rundir_list(struct run_meta **runs)
{
    char *folder = runs_folder();
    struct dirent **names = NULL;
    int n = scandir(folder, &names, is_id, NULL);
    size_t count = 0;
    *runs = NULL;
    for (int i = 0; i < n; i++) {
        struct rundir dir = {mem_strdup(names[i]->d_name), mem_printf("%s/%s", folder, names[i]->d_name)};
        struct run_meta meta;
        if (rundir_meta(&dir, &meta, NULL)) {
            *runs = mem_grow(*runs, count + 1, sizeof **runs);
            (*runs)[count++] = meta;
        }
        rundir_done(&dir);
        free(names[i]);
    }
    if (count)
        qsort(*runs, count, sizeof **runs, newest_first);
    free(names);
    free(folder);
    return count;
}

bool rundir_open(struct rundir *dir, const char *id, struct err *err)
{
    struct run_meta *runs;
    size_t count = rundir_list(&runs), hits = 0;
    char *folder = runs_folder();
    *dir = (struct rundir){0};
    for (size_t i = 0; i < count; i++) {
        /* summary.json with a status of 0 or 1 ends a run; an interrupted or failed one may be resumed */
        bool is_hit = id ? strncmp(runs[i].id, id, strlen(id)) == 0 : runs[i].exit_status != 0;
        if (is_hit && (id || !hits)) {
            hits++;
            if (!dir->id) {
                dir->id = mem_strdup(runs[i].id);
                dir->path = mem_printf("%s/%s", folder, runs[i].id);
            }
        }
    }
    for (size_t i = 0; i < count; i++)
        run_meta_done(&runs[i]);
    free(runs);
    bool ok = hits == 1;
    if (!hits && !id)
        err_set(err, ERR_USAGE, _("there is no run in %s that has not ended well; `kwiz runs list` shows all"), folder);
    else if (!hits)
        err_set(err, ERR_USAGE, _("there is no run %s in %s; `kwiz runs list` shows all"), id, folder);
    else if (!ok)
        err_set(err, ERR_USAGE, _("%zu runs begin with %s; give more of the id"), hits, id);
    free(folder);
    if (!ok)
        rundir_done(dir);
    return ok;
}

void rundir_done(struct rundir *dir)
{
    free(dir->id);
    free(dir->path);
    *dir = (struct rundir){0};
}

char *rundir_path(const struct rundir *dir, const char *name)
{
    return mem_printf("%s/%s", dir->path, name);
}

char *rundir_log_path(const struct rundir *dir, const char *host, const char *step, uint64_t id)
{
    char *folder = mem_printf("%s/logs/%s", dir->path, host);
    file_mkdirs(folder, 0700, NULL); /* opening the log reports what is wrong */
    char *path = mem_printf("%s/%s.%llu.log", folder, step, (unsigned long long)id);
    free(folder);
    return path;
}

static bool copy_tree(const char *from, const char *to, unsigned depth, size_t *files, struct err *err);

static bool copy_entry(const char *from, const char *to, unsigned depth, size_t *files, struct err *err)
{
    struct stat st;
    if (lstat(from, &st) != 0)
        return err_set_errno(err, ERR_LOCAL, errno, _("cannot read %s"), from);
    if (S_ISDIR(st.st_mode))
        return depth < COPY_DEPTH_MAX ? copy_tree(from, to, depth + 1, files, err)
                                      : err_set(err, ERR_INVALID, _("%s: more than %d folders deep"), from, COPY_DEPTH_MAX);
    if (!S_ISREG(st.st_mode))
        return true; /* a spell has nothing else that counts; its loader has looked */
    if (++*files > COPY_FILES_MAX)
        return err_set(err, ERR_INVALID, _("%s: more than %d files"), from, COPY_FILES_MAX);
    struct buf text;
    bool ok = file_read(from, COPY_FILE_MAX_BYTES, &text, err) &&
              file_write(to, buf_text(&text), text.len, st.st_mode & 0700, err);
    buf_done(&text);
    return ok;
}

static bool copy_tree(const char *from, const char *to, unsigned depth, size_t *files, struct err *err)
{
    if (!file_mkdirs(to, 0700, err))
        return false;
    DIR *d = opendir(from);
    if (!d)
        return err_set_errno(err, ERR_LOCAL, errno, _("cannot read the folder %s"), from);
    bool ok = true;
    for (struct dirent *e; ok && (e = readdir(d));) {
        if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
            continue;
        char *a = mem_printf("%s/%s", from, e->d_name), *b = mem_printf("%s/%s", to, e->d_name);
        ok = copy_entry(a, b, depth, files, err);
        free(a);
        free(b);
    }
    closedir(d);
    return ok;
}

bool rundir_copy_folder(const struct rundir *dir, const char *from, const char *name, struct err *err)
{
    char *to = rundir_path(dir, name);
    size_t files = 0;
    bool ok = copy_tree(from, to, 0, &files, err);
    free(to);
    return ok;
}
