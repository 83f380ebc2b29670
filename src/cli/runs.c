/* kwiz runs list, show, log, report: what was done, from the runs' folders. */
#include <archive.h>
#include <archive_entry.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "cli/common.h"
#include "engine/rundir.h"
#include "headless/jsonl.h"

#define SUMMARY_MAX_BYTES ((size_t)1 << 20)

static const char *status_word(const struct run_meta *meta)
{
    if (meta->exit_status < 0)
        return _("unfinished");
    return meta->exit_status == 0 ? _("ok") : meta->exit_status == EXIT_INTERRUPTED ? _("interrupted") : _("failed");
}

static void show(const char *text, char *out, size_t out_size)
{
    struct buf printable;
    buf_init(&printable, out_size - 1);
    utf8_printable(text ? text : "-", strlen(text ? text : "-"), &printable);
    snprintf(out, out_size, "%s", buf_text(&printable));
    buf_done(&printable);
}

static void print_row(const char *const *cells)
{
    static const int columns[] = {21, 20, 12, 10, 9};
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++)
        command_print_cell(cells[i], columns[i]);
    puts(cells[sizeof columns / sizeof *columns]);
}

static int list(const struct command_line *line)
{
    struct run_meta *runs;
    size_t count = rundir_list(&runs);
    if (!command_has(line, "json") && count)
        print_row((const char *[]){_("RUN"), _("STARTED (UTC)"), _("STATE"), _("ACTION"), _("TOPOLOGY"), _("CLUSTER")});
    for (size_t i = 0; i < count; i++) {
        char started[32], cluster[80], topology[40];
        format_utc(runs[i].started_ms, started, sizeof started);
        if (command_has(line, "json")) {
            json_t *o = json_pack("{s:s,s:s,s:s?,s:s?,s:s?,s:i}", "run", runs[i].id, "started", started, "cluster", runs[i].cluster,
                                  "action", runs[i].action, "topology", runs[i].topology, "exit_status", runs[i].exit_status);
            char *text = json_dumps(o, JSON_COMPACT);
            puts(text);
            free(text);
            json_decref(o);
        } else {
            started[19] = '\0';
            show(runs[i].cluster, cluster, sizeof cluster);
            show(runs[i].topology, topology, sizeof topology);
            print_row((const char *[]){runs[i].id, started, status_word(&runs[i]), runs[i].action ? runs[i].action : "-", topology, cluster});
        }
        run_meta_done(&runs[i]);
    }
    free(runs);
    if (!count && !command_has(line, "json"))
        puts(_("no runs yet"));
    return EXIT_OK;
}

static int open_run(const struct command_line *line, struct rundir *dir)
{
    struct err err = ERR_INIT;
    return rundir_open(dir, line->arguments[0], &err) ? -1 : command_error(&err);
}

static int show_run(const struct command_line *line)
{
    struct rundir dir;
    struct buf text;
    struct run_meta meta;
    struct err err = ERR_INIT;
    int status = open_run(line, &dir);
    if (status >= 0)
        return status;
    char *path = rundir_path(&dir, "summary.txt");
    status = EXIT_OK;
    if (file_read(path, SUMMARY_MAX_BYTES, &text, NULL)) {
        fwrite(buf_text(&text), 1, text.len, stdout);
    } else if (rundir_meta(&dir, &meta, &err)) {
        char started[32];
        format_utc(meta.started_ms, started, sizeof started);
        printf(_("run %s: %s %s, begun %s, not finished\n  kwiz resume %s    goes on with it\n  folder: %s\n"), dir.id,
               meta.spell ? meta.spell : "-", meta.action ? meta.action : "-", started, dir.id, dir.path);
        run_meta_done(&meta);
    } else {
        status = command_error(&err);
    }
    buf_done(&text);
    free(path);
    rundir_done(&dir);
    return status;
}

/* ---- log ---- */

static int no_dots(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

static bool print_log(const char *path, const char *host, const char *name, bool is_raw)
{
    char bytes[65536];
    FILE *f = fopen(path, "r");
    if (!f)
        return false;
    if (is_raw || !isatty(STDOUT_FILENO)) {
        printf("==> %s %s <==\n", host, name);
        for (size_t n; (n = fread(bytes, 1, sizeof bytes, f));)
            fwrite(bytes, 1, n, stdout);
    } else { /* to a terminal: nothing that could drive it */
        struct buf line;
        printf("==> %s %s <==\n", host, name);
        buf_init(&line, 4 * sizeof bytes);
        while (fgets(bytes, sizeof bytes, f)) {
            size_t n = strcspn(bytes, "\n");
            utf8_printable(bytes, n, &line);
            puts(buf_text(&line));
            buf_clear(&line);
        }
        buf_done(&line);
    }
    fclose(f);
    return true;
}

static int log_run(const struct command_line *line)
{
    struct rundir dir;
    const char *want_host = line->argument_count > 1 ? line->arguments[1] : NULL;
    const char *want_step = line->argument_count > 2 ? line->arguments[2] : NULL;
    int status = open_run(line, &dir);
    if (status >= 0)
        return status;
    char *logs = rundir_path(&dir, "logs");
    struct dirent **hosts = NULL;
    int host_count = scandir(logs, &hosts, no_dots, alphasort);
    size_t printed = 0;
    for (int i = 0; i < host_count; i++) {
        char *folder = mem_printf("%s/%s", logs, hosts[i]->d_name);
        struct dirent **files = NULL;
        int n = want_host && strcmp(want_host, hosts[i]->d_name) != 0 ? 0 : scandir(folder, &files, no_dots, versionsort);
        for (int j = 0; j < n; j++) {
            size_t step_len = strcspn(files[j]->d_name, ".");
            if (!want_step || (strlen(want_step) == step_len && strncmp(want_step, files[j]->d_name, step_len) == 0)) {
                char *path = mem_printf("%s/%s", folder, files[j]->d_name);
                printed += print_log(path, hosts[i]->d_name, files[j]->d_name, command_has(line, "raw"));
                free(path);
            }
            free(files[j]);
        }
        if (files)
            free(files);
        free(folder);
        free(hosts[i]);
    }
    free(hosts);
    free(logs);
    rundir_done(&dir);
    if (!printed)
        return command_usage_error(line, _("no log of that host and step is in this run"));
    return EXIT_OK;
}

/* ---- report ---- */

/* What stays out: the kubeconfig is a key to the cluster, the lock says nothing. */
static bool is_left_out(const char *name)
{
    return strcmp(name, "kubeconfig") == 0 || strcmp(name, "lock") == 0;
}

static bool pack_file(struct archive *a, const char *path, const char *name, const struct stat *st, struct err *err)
{
    char bytes[65536];
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0)
        return err_set_errno(err, ERR_LOCAL, errno, _("cannot read %s"), path);
    struct archive_entry *entry = archive_entry_new();
    archive_entry_set_pathname(entry, name);
    archive_entry_set_size(entry, st->st_size);
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_entry_set_perm(entry, 0600);
    archive_entry_set_mtime(entry, st->st_mtime, 0);
    bool ok = archive_write_header(a, entry) == ARCHIVE_OK;
    for (ssize_t n; ok && (n = read(fd, bytes, sizeof bytes)) > 0;)
        ok = archive_write_data(a, bytes, (size_t)n) >= 0;
    if (!ok)
        err_set(err, ERR_LOCAL, _("cannot write the report: %s"), archive_error_string(a));
    archive_entry_free(entry);
    close(fd);
    return ok;
}

static bool pack_folder(struct archive *a, const char *folder, const char *name, unsigned depth, struct err *err)
{
    DIR *d = depth < 8 ? opendir(folder) : NULL;
    bool ok = d != NULL || err_set_errno(err, ERR_LOCAL, errno, _("cannot read the folder %s"), folder);
    for (struct dirent *e; ok && (e = readdir(d));) {
        if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0 || (depth == 0 && is_left_out(e->d_name)))
            continue;
        struct stat st;
        char *path = mem_printf("%s/%s", folder, e->d_name), *inside = mem_printf("%s/%s", name, e->d_name);
        if (lstat(path, &st) == 0 && S_ISREG(st.st_mode))
            ok = pack_file(a, path, inside, &st, err);
        else if (S_ISDIR(st.st_mode))
            ok = pack_folder(a, path, inside, depth + 1, err);
        free(path);
        free(inside);
    }
    if (d)
        closedir(d);
    return ok;
}

static int report(const struct command_line *line)
{
    struct rundir dir;
    struct err err = ERR_INIT;
    int status = open_run(line, &dir);
    if (status >= 0)
        return status;
    const char *given = command_value(line, "output");
    char *output = given ? mem_strdup(given) : mem_printf("kwiz-report-%s.tar.gz", dir.id);
    char *temp = mem_printf("%s.part", output), *root = mem_printf("kwiz-report-%s", dir.id);
    struct archive *a = archive_write_new();
    archive_write_add_filter_gzip(a);
    archive_write_set_format_pax_restricted(a);
    int fd = open(temp, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    bool ok = fd >= 0 || err_set_errno(&err, ERR_LOCAL, errno, _("cannot write %s"), temp);
    if (ok && archive_write_open_fd(a, fd) != ARCHIVE_OK)
        ok = err_set(&err, ERR_LOCAL, _("cannot write %s: %s"), temp, archive_error_string(a));
    ok = ok && pack_folder(a, dir.path, root, 0, &err);
    if (ok && archive_write_close(a) != ARCHIVE_OK)
        ok = err_set(&err, ERR_LOCAL, _("cannot write %s: %s"), temp, archive_error_string(a));
    archive_write_free(a);
    if (fd >= 0 && (fsync(fd) != 0 || close(fd) != 0) && ok)
        ok = err_set_errno(&err, ERR_LOCAL, errno, _("cannot write %s"), temp);
    if (ok && rename(temp, output) != 0)
        ok = err_set_errno(&err, ERR_LOCAL, errno, _("cannot make %s"), output);
    if (ok)
        printf(_("%s: journal, answers, plan, spell and logs of the run. Known secrets are masked in it, the kubeconfig is left out;\n"
                 "read it before you send it: names and addresses of your hosts are in it.\n"),
               output);
    else if (fd >= 0)
        unlink(temp);
    status = ok ? EXIT_OK : command_error(&err);
    free(output);
    free(temp);
    free(root);
    rundir_done(&dir);
    return status;
}

/* ---- tables ---- */

static const struct command_option list_options[] = {{"json", 0, NULL, N_("JSON Lines on standard output, for programs")}, {0}};
static const struct command_option log_options[] = {{"raw", 0, NULL, N_("the bytes as they came, also on a terminal")}, {0}};
static const struct command_option report_options[] = {{"output", 'o', N_("FILE"), N_("write it there")}, {0}};

static const struct command runs_list = {
    .name = "list", .summary = N_("all runs, newest first"), .arguments = "", .options = list_options, .run = list};
static const struct command runs_show = {.name = "show", .summary = N_("the summary of a run"), .arguments = N_("RUN"),
                                         .arguments_min = 1, .arguments_max = 1, .run = show_run};
static const struct command runs_log = {.name = "log", .summary = N_("what the steps printed"), .arguments = N_("RUN [HOST [STEP]]"),
                                        .arguments_min = 1, .arguments_max = 3, .options = log_options, .run = log_run};
static const struct command runs_report = {.name = "report", .summary = N_("pack a run for a bug report, without secrets"),
                                           .arguments = N_("RUN"), .arguments_min = 1, .arguments_max = 1,
                                           .options = report_options, .run = report};
static const struct command *const subcommands[] = {&runs_list, &runs_show, &runs_log, &runs_report, NULL};

const struct command command_runs = {.name = "runs", .summary = N_("what was done: list, show, log, report"), .subcommands = subcommands};
