/* A JSON Schema of answers files, for editors: generated from the spell, so that it can't say something else than the spell. */
#include "spell/answers_parts.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"

#define LABEL_PATTERN "^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$"
#define FLAGS (JSON_INDENT(2))

static void set(json_t *object, const char *key, const char *text)
{
    json_object_set_new(object, key, json_string(text));
}

static json_t *typed(const char *type)
{
    json_t *object = json_object();
    set(object, "type", type);
    return object;
}

static json_t *pattern(const char *text)
{
    json_t *object = typed("string");
    set(object, "pattern", text);
    return object;
}

static json_t *list_of(json_t *items)
{
    json_t *object = typed("array");
    json_object_set_new(object, "items", items);
    json_object_set_new(object, "uniqueItems", json_true());
    return object;
}

static json_t *choices(const struct question *question)
{
    json_t *object = typed("string"), *values = json_array();
    for (size_t i = 0; i < question->choice_count; i++)
        if (!choice_is_gone(&question->choices[i]))
            json_array_append_new(values, json_string(question->choices[i].value));
    json_object_set_new(object, "enum", values);
    return object;
}

static void limits(json_t *object, const struct question *question, const char *min, const char *max)
{
    if (question->has_min)
        json_object_set_new(object, min, json_integer(question->min));
    if (question->has_max)
        json_object_set_new(object, max, json_integer(question->max));
}

static json_t *by_type(const struct question *question)
{
    json_t *object;
    switch (question->type) {
    case QUESTION_BOOLEAN:
        return typed("boolean");
    case QUESTION_INTEGER:
        object = typed("integer");
        limits(object, question, "minimum", "maximum");
        return object;
    case QUESTION_CHOICE:
        return choices(question);
    case QUESTION_MULTI:
        object = list_of(choices(question));
        limits(object, question, "minItems", "maxItems");
        return object;
    case QUESTION_CIDR:
        return pattern("^([0-9a-fA-F:.]+/[0-9]{1,3})?$");
    case QUESTION_ADDRESS:
        return pattern("^[0-9a-fA-F:.]*$");
    case QUESTION_PATH:
        return pattern("^(/.*)?$");
    case QUESTION_VERSION:
        return pattern("^(v?[0-9]+(\\.[0-9]+){0,3}([-+~].+)?)?$");
    default:
        object = typed("string");
        limits(object, question, "minLength", "maxLength");
        return object;
    }
}

static void set_default(json_t *object, const struct question *question)
{
    const char *text = question->fallback;
    json_t *value;
    if (!question->has_default)
        return;
    if (question->type == QUESTION_BOOLEAN) {
        value = json_boolean(strcmp(text, "true") == 0);
    } else if (question->type == QUESTION_INTEGER) {
        value = json_integer(strtoll(text, NULL, 10));
    } else if (question->type == QUESTION_MULTI) {
        value = json_array();
        for (const char *p = text; *p; p += strspn(p, " ")) {
            size_t n = strcspn(p, " ");
            json_array_append_new(value, json_stringn(p, n));
            p += n;
        }
    } else {
        value = json_string(text);
    }
    json_object_set_new(object, "default", value);
}

static json_t *values_schema(const struct spell *spell)
{
    json_t *properties = json_object(), *required = json_array(), *object = typed("object");
    for (size_t i = 0; i < spell->question_count; i++) {
        const struct question *question = &spell->questions[i];
        if (question->type == QUESTION_PASSWORD || question->confirms)
            continue;
        json_t *value = by_type(question);
        set(value, "title", spell_text(spell, question->label));
        if (question->help)
            set(value, "description", spell_text(spell, question->help));
        set_default(value, question);
        json_object_set_new(properties, question->key, value);
        if (question->is_required && !question->has_default && !question->when)
            json_array_append_new(required, json_string(question->key));
    }
    json_object_set_new(object, "properties", properties);
    json_object_set_new(object, "required", required);
    json_object_set_new(object, "additionalProperties", json_false());
    return object;
}

static json_t *access_properties(void)
{
    json_t *properties = json_object(), *port = typed("integer"), *become = json_object();
    json_object_set_new(port, "minimum", json_integer(1));
    json_object_set_new(port, "maximum", json_integer(65535));
    json_object_set_new(become, "enum", json_pack("[ss]", "sudo", "none"));
    json_object_set_new(properties, "user", typed("string"));
    json_object_set_new(properties, "port", port);
    json_object_set_new(properties, "identity", json_pack("{s:[o,o]}", "anyOf", typed("string"), list_of(typed("string"))));
    json_object_set_new(properties, "jump", typed("string"));
    json_object_set_new(properties, "become", become);
    return properties;
}

static json_t *closed(json_t *properties, json_t *required)
{
    json_t *object = typed("object");
    json_object_set_new(object, "properties", properties);
    if (required)
        json_object_set_new(object, "required", required);
    json_object_set_new(object, "additionalProperties", json_false());
    return object;
}

static json_t *host_schema(const struct spell *spell)
{
    json_t *properties = access_properties(), *role = typed("string"), *names = json_array();
    for (size_t i = 0; i < spell->topology_count; i++)
        for (size_t j = 0; j < spell->topologies[i].role_count; j++) {
            bool is_known = false;
            for (size_t k = 0; k < json_array_size(names); k++)
                is_known |= strcmp(json_string_value(json_array_get(names, k)), spell->topologies[i].roles[j].name) == 0;
            if (!is_known)
                json_array_append_new(names, json_string(spell->topologies[i].roles[j].name));
        }
    json_object_set_new(role, "enum", names);
    json_object_set_new(properties, "name", pattern(LABEL_PATTERN));
    json_object_set_new(properties, "address", typed("string"));
    json_object_set_new(properties, "host_keys", list_of(pattern("^SHA256:[A-Za-z0-9+/]{43}$")));
    json_object_set_new(properties, "roles", list_of(role));
    return closed(properties, json_pack("[sss]", "name", "address", "roles"));
}

static json_t *secrets_schema(const struct spell *spell)
{
    static const char reference[] = "^(env:[A-Za-z_][A-Za-z0-9_]*|file:.+|cmd:.+|ask)$";
    json_t *properties = json_object();
    json_object_set_new(properties, "sudo_password", pattern(reference));
    json_object_set_new(properties, "ssh_password", pattern(reference));
    json_object_set_new(properties, "key_passphrase", pattern(reference));
    for (size_t i = 0; i < spell->question_count; i++)
        if (spell->questions[i].type == QUESTION_PASSWORD)
            json_object_set_new(properties, spell->questions[i].key, pattern(reference));
    return closed(properties, NULL);
}

static json_t *accept_schema(const struct spell *spell)
{
    json_t *properties = json_object();
    for (size_t i = 0; i < spell->requirement_count; i++) {
        json_t *value = typed("string");
        set(value, "title", spell_text(spell, spell->requirements[i].title));
        json_object_set_new(properties, spell->requirements[i].id, value);
    }
    return closed(properties, NULL);
}

static json_t *spell_schema(const struct spell *spell)
{
    json_t *name = json_pack("{s:s}", "const", spell->name), *properties = json_object();
    json_object_set(properties, "name", name);
    json_object_set_new(properties, "version", typed("string"));
    json_object_set_new(properties, "digest", pattern("^sha256:[0-9a-f]{64}$"));
    return json_pack("{s:[o,o]}", "anyOf", name, closed(properties, json_pack("[s]", "name")));
}

char *answers_schema(const struct spell *spell)
{
    json_t *properties = json_object(), *topologies = json_array();
    for (size_t i = 0; i < spell->topology_count; i++)
        json_array_append_new(topologies, json_string(spell->topologies[i].name));
    json_t *hosts = list_of(host_schema(spell));
    json_object_set_new(hosts, "minItems", json_integer(1));
    json_object_set_new(properties, "version", json_pack("{s:i}", "const", ANSWERS_FORMAT));
    json_object_set_new(properties, "name", pattern(LABEL_PATTERN));
    json_object_set_new(properties, "spell", spell_schema(spell));
    json_object_set_new(properties, "topology", json_pack("{s:o}", "enum", topologies));
    json_object_set_new(properties, "hosts", hosts);
    json_object_set_new(properties, "ssh", closed(access_properties(), NULL));
    json_object_set_new(properties, "answers", values_schema(spell));
    json_object_set_new(properties, "accept", accept_schema(spell));
    json_object_set_new(properties, "confirm", list_of(pattern("^[a-z0-9][a-z0-9-]*$")));
    json_object_set_new(properties, "secrets", secrets_schema(spell));
    json_t *schema = json_object();
    set(schema, "$schema", "https://json-schema.org/draft/2020-12/schema");
    char *title = mem_printf(_("Answers for kwiz, spell %s %s"), spell->name, spell->version);
    set(schema, "title", title);
    free(title);
    json_t *root = closed(properties, json_pack("[sssss]", "version", "name", "spell", "topology", "hosts"));
    json_object_update(schema, root);
    json_decref(root);
    char *text = json_dumps(schema, FLAGS), *out = mem_printf("%s\n", text ? text : "{}");
    free(text);
    json_decref(schema);
    return out;
}
