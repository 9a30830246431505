/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * How many, how large, how fast? In the menus Statistics and Telephony, and in tshark as -z sipweave,...
 */
#include "tap.h"

#include <epan/stat_tap_ui.h>
#include <epan/stats_tree.h>

#include "ids.h"

/* The tree of counts: -z sipweave,tree */

static const char connections[] = "Connections by subprotocol";
static const char closes[] = "Closes by code";
static const char messages[] = "WebSocket messages";
static const char compressed[] = "Compressed: size in % of the message";
static const char requests[] = "SIP requests by method";
static const char responses[] = "SIP responses by status";
static const char pings[] = "Pings answered: time in ms";

static int node_of(stats_tree *tree, const char *name)
{
    return stats_tree_parent_id_by_name(tree, name);
}

static void init_tree(stats_tree *tree)
{
    stats_tree_create_pivot(tree, connections, 0);
    stats_tree_create_pivot(tree, closes, 0);
    stats_tree_create_pivot(tree, messages, 0);
    stats_tree_create_node(tree, compressed, 0, STAT_DT_FLOAT, FALSE);
    stats_tree_create_pivot(tree, requests, 0);
    stats_tree_create_pivot(tree, responses, 0);
    stats_tree_create_node(tree, pings, 0, STAT_DT_FLOAT, FALSE);
}

static void tick(stats_tree *tree, const char *node, const char *value)
{
    stats_tree_tick_pivot(tree, node_of(tree, node), value);
}

static void tick_number(stats_tree *tree, const char *node, unsigned number)
{
    char text[16];
    snprintf(text, sizeof text, "%u", number);
    tick(tree, node, text);
}

static void average(stats_tree *tree, const char *node, double value)
{
    avg_stat_node_add_value_float(tree, node, 0, FALSE, (gfloat)value);
}

static void count_message(stats_tree *tree, const struct weave_message *message)
{
    tick(tree, messages, message->opcode == SW_OPCODE_TEXT ? "text" : "binary");
    if (message->compressed && message->size > 0)
        average(tree, compressed, 100.0 * (double)message->wire_size / (double)message->size);
}

static void count_sip(stats_tree *tree, const struct weave_sip *sip)
{
    if (sip->status == 0)
        tick(tree, requests, sip->method == NULL ? "?" : sip->method);
    else
        tick_number(tree, responses, sip->status);
}

static tap_packet_status count(stats_tree *tree, packet_info *pinfo, epan_dissect_t *dissect, const void *data,
                               tap_flags_t flags)
{
    (void)pinfo, (void)dissect, (void)flags;
    const struct weave_tap *tap = data;
    switch (tap->kind) {
    case TAP_OPENED:
        tick(tree, connections, tap->step->conversation->chosen == NULL ? "none" : tap->step->conversation->chosen);
        break;
    case TAP_MESSAGE:
        count_message(tree, tap->step->message);
        break;
    case TAP_CLOSE:
        tick_number(tree, closes, tap->step->conversation->close_code);
        break;
    case TAP_PONG:
        average(tree, pings, (double)(tap->step->ping->pong_time - tap->step->ping->ping_time) / 1e6);
        break;
    case TAP_SIP:
        count_sip(tree, tap->sip);
        break;
    }
    return TAP_PACKET_REDRAW;
}

/* Tables. */

static stat_tap_table_item_type text_cell(const char *text)
{
    stat_tap_table_item_type cell = {.type = TABLE_ITEM_STRING};
    cell.value.string_value = g_strdup(text == NULL ? "" : text);
    return cell;
}

static stat_tap_table_item_type number_cell(unsigned number)
{
    stat_tap_table_item_type cell = {.type = TABLE_ITEM_UINT};
    cell.value.uint_value = number;
    return cell;
}

static stat_tap_table_item_type real_cell(double number)
{
    stat_tap_table_item_type cell = {.type = TABLE_ITEM_FLOAT};
    cell.value.float_value = number;
    return cell;
}

static stat_tap_table_item_type time_cell(int64_t from, int64_t to, double unit)
{
    if (from == SW_NO_TIME || to == SW_NO_TIME || to < from)
        return text_cell("");
    stat_tap_table_item_type cell = {.type = TABLE_ITEM_STRING};
    cell.value.string_value = g_strdup_printf("%.3f", (double)(to - from) / unit);
    return cell;
}

static void free_cell(stat_tap_table *table, guint row, guint column, stat_tap_table_item_type *cell)
{
    (void)table, (void)row, (void)column;
    if (cell->type == TABLE_ITEM_STRING)
        g_free((char *)(uintptr_t)cell->value.string_value);
}

static void set_row(stat_tap_table *table, unsigned row, unsigned columns, const stat_tap_table_item_type *cells)
{
    if (row == table->num_elements) {
        stat_tap_init_table_row(table, row, columns, cells);
        return;
    }
    for (unsigned i = 0; i < columns; i++) {
        stat_tap_table_item_type cell = cells[i];
        free_cell(table, row, i, stat_tap_get_field_data(table, row, i));
        stat_tap_set_field_data(table, row, i, &cell);
    }
}

/* All strings of a table are our own copies; the framework frees them cell by cell, and the rows with the table. */
static void forget_rows(stat_tap_table *table)
{
    for (unsigned row = 0; row < table->num_elements; row++) {
        for (unsigned column = 0; column < table->num_fields; column++)
            free_cell(table, row, column, stat_tap_get_field_data(table, row, column));
        g_free(table->elements[row]);
    }
    g_free(table->elements);
    table->elements = NULL;
    table->num_elements = 0;
}

static stat_tap_table *table_of(const stat_data_t *data)
{
    return g_array_index(data->stat_tap_data->tables, stat_tap_table *, 0);
}

static void add_table(stat_tap_table_ui *ui)
{
    if (stat_tap_find_table(ui, ui->title) == NULL)
        stat_tap_add_table(ui, stat_tap_init_table(ui->title, (int)ui->nfields, 0, NULL));
}

static tap_param filter_parameter[] = {{PARAM_FILTER, "filter", "Filter", NULL, TRUE}};

#define TEXT(title)                                                                                                    \
    {                                                                                                                  \
        TABLE_ITEM_STRING, TAP_ALIGN_LEFT, title, "%s"                                                                 \
    }
#define NUMBER(title)                                                                                                  \
    {                                                                                                                  \
        TABLE_ITEM_UINT, TAP_ALIGN_RIGHT, title, "%u"                                                                  \
    }
#define REAL(title)                                                                                                    \
    {                                                                                                                  \
        TABLE_ITEM_FLOAT, TAP_ALIGN_RIGHT, title, "%.3f"                                                               \
    }

/* Calls: -z sipweave,calls */

enum {
    CALL_NUMBER,
    CALL_KIND,
    CALL_ID,
    CALL_FROM,
    CALL_TO,
    CALL_DIALOG,
    CALL_STATUS,
    CALL_MESSAGES,
    CALL_FIRST,
    CALL_SETUP,
    CALL_DURATION,
    CALL_COLUMNS
};

static stat_tap_table_item call_columns[CALL_COLUMNS] = {
    [CALL_NUMBER] = NUMBER("Call"),
    [CALL_KIND] = TEXT("Kind"),
    [CALL_ID] = TEXT("Call-ID"),
    [CALL_FROM] = TEXT("From"),
    [CALL_TO] = TEXT("To"),
    [CALL_DIALOG] = TEXT("Dialog"),
    [CALL_STATUS] = NUMBER("Status"),
    [CALL_MESSAGES] = NUMBER("Messages"),
    [CALL_FIRST] = NUMBER("First packet"),
    [CALL_SETUP] = TEXT("Setup (ms)"),
    [CALL_DURATION] = TEXT("Duration (s)"),
};

/* Calls that go on stand near the end. */
static unsigned row_of_call(const stat_tap_table *table, uint32_t number)
{
    for (unsigned row = table->num_elements; row > 0; row--)
        if (stat_tap_get_field_data(table, row - 1, CALL_NUMBER)->value.uint_value == number)
            return row - 1;
    return table->num_elements;
}

static tap_packet_status list_call(void *tapdata, packet_info *pinfo, epan_dissect_t *dissect, const void *data,
                                   tap_flags_t flags)
{
    (void)pinfo, (void)dissect, (void)flags;
    const struct weave_tap *tap = data;
    if (tap->kind != TAP_SIP || tap->sip->call == NULL)
        return TAP_PACKET_DONT_REDRAW;
    const struct weave_call *call = tap->sip->call;
    stat_tap_table *table = table_of(tapdata);
    const stat_tap_table_item_type cells[CALL_COLUMNS] = {
        [CALL_NUMBER] = number_cell(call->number),
        [CALL_KIND] = text_cell(call->kind),
        [CALL_ID] = text_cell(call->call_id),
        [CALL_FROM] = text_cell(call->from),
        [CALL_TO] = text_cell(call->to),
        [CALL_DIALOG] = text_cell(call->dialog),
        [CALL_STATUS] = number_cell(call->status),
        [CALL_MESSAGES] = number_cell(call->messages),
        [CALL_FIRST] = number_cell(call->first_packet),
        [CALL_SETUP] = time_cell(call->start, call->answered, 1e6),
        [CALL_DURATION] = time_cell(call->answered, call->end, 1e9),
    };
    set_row(table, row_of_call(table, call->number), CALL_COLUMNS, cells);
    return TAP_PACKET_REDRAW;
}

/* Response times: -z sipweave,response_time */

enum { TIME_METHOD, TIME_COUNT, TIME_MIN, TIME_MEAN, TIME_MAX, TIME_COLUMNS };

static stat_tap_table_item time_columns[TIME_COLUMNS] = {
    [TIME_METHOD] = TEXT("Method and class"), [TIME_COUNT] = NUMBER("Responses"), [TIME_MIN] = REAL("Min (ms)"),
    [TIME_MEAN] = REAL("Mean (ms)"),          [TIME_MAX] = REAL("Max (ms)"),
};

static unsigned row_of_method(const stat_tap_table *table, const char *method)
{
    for (unsigned row = 0; row < table->num_elements; row++)
        if (strcmp(stat_tap_get_field_data(table, row, TIME_METHOD)->value.string_value, method) == 0)
            return row;
    return table->num_elements;
}

static double real_of(const stat_tap_table *table, unsigned row, unsigned column)
{
    return stat_tap_get_field_data(table, row, column)->value.float_value;
}

static void add_time(stat_tap_table *table, const char *method, double time)
{
    unsigned row = row_of_method(table, method);
    bool first = row == table->num_elements;
    unsigned seen = first ? 0 : stat_tap_get_field_data(table, row, TIME_COUNT)->value.uint_value;
    double low = first ? time : MIN(time, real_of(table, row, TIME_MIN));
    double high = first ? time : MAX(time, real_of(table, row, TIME_MAX));
    double mean = first ? time : (real_of(table, row, TIME_MEAN) * seen + time) / (seen + 1);
    const stat_tap_table_item_type cells[TIME_COLUMNS] = {
        text_cell(method), number_cell(seen + 1), real_cell(low), real_cell(mean), real_cell(high),
    };
    set_row(table, row, TIME_COLUMNS, cells);
}

static tap_packet_status time_response(void *tapdata, packet_info *pinfo, epan_dissect_t *dissect, const void *data,
                                       tap_flags_t flags)
{
    (void)pinfo, (void)dissect, (void)flags;
    const struct weave_tap *tap = data;
    const struct weave_sip *sip = tap->sip;
    if (tap->kind != TAP_SIP || sip->status == 0 || sip->request == NULL || sip->retransmission || sip->method == NULL)
        return TAP_PACKET_DONT_REDRAW;
    char name[64];
    snprintf(name, sizeof name, "%.40s %uxx", sip->method, sip->status / 100U);
    add_time(table_of(tapdata), name, (double)(sip->time - sip->request_time) / 1e6);
    return TAP_PACKET_REDRAW;
}

/* Registration. */

static stat_tap_table_ui calls_table = {
    .group = WEAVE_TELEPHONY,
    .title = "SIP calls (sipweave)",
    .tap_name = "sipweave",
    .cli_string = "sipweave,calls",
    .stat_tap_init_cb = add_table,
    .packet_func = list_call,
    .stat_tap_reset_table_cb = forget_rows,
    .stat_tap_free_table_item_cb = free_cell,
    .nfields = CALL_COLUMNS,
    .fields = call_columns,
    .nparams = array_length(filter_parameter),
    .params = filter_parameter,
};

static stat_tap_table_ui times_table = {
    .group = WEAVE_TELEPHONY,
    .title = "SIP response times (sipweave)",
    .tap_name = "sipweave",
    .cli_string = "sipweave,response_time",
    .stat_tap_init_cb = add_table,
    .packet_func = time_response,
    .stat_tap_reset_table_cb = forget_rows,
    .stat_tap_free_table_item_cb = free_cell,
    .nfields = TIME_COLUMNS,
    .fields = time_columns,
    .nparams = array_length(filter_parameter),
    .params = filter_parameter,
};

void weave_stats_register(void)
{
    weave_stats_tree_register("sipweave", "sipweave", "SIP over WebSocket (sipweave)", count, init_tree);
    register_stat_tap_table_ui(&calls_table);
    register_stat_tap_table_ui(&times_table);
}
