"""Which tests prove which way of working the canvas, each with real mouse, wheel, keys or drops.

The numbers are the rows of the list of interactions that this editor promises. An id is a file and
the names in it, as pytest writes it, without parameters.
"""

GESTURES = "tests/canvas/test_gestures.py::"
LOOKING = "tests/canvas/test_looking.py::"
KEYBOARD = "tests/canvas/test_keyboard.py::"
MARKS = "tests/canvas/test_marks.py::"
TOGETHER = "tests/canvas/test_marks_together.py::"
QUICK_ADD = "tests/canvas/test_quick_add.py::"
CLIPBOARD = "tests/canvas/test_clipboard.py::"
WINDOW = "tests/window/"
HERE = "tests/interactions/test_rows.py::"

ROWS: dict[int, tuple[str, tuple[str, ...]]] = {
    1: (
        "undo and redo",
        (f"{KEYBOARD}TestEditing::test_undo_and_redo", f"{HERE}test_row_01_looking_is_not_undone"),
    ),
    2: (
        "undo belongs to a field while it is edited",
        (
            f"{WINDOW}test_inspector.py::test_undo_belongs_to_the_field_only_while_it_is_edited",
            f"{WINDOW}test_inspector.py::test_leaving_a_field_commits_it_once",
            f"{WINDOW}test_frame.py::test_a_field_owns_undo_until_it_is_committed",
            f"{HERE}test_row_02_a_field_on_the_canvas_owns_undo_too",
        ),
    ),
    3: (
        "save and close",
        (
            f"{WINDOW}test_frame.py::test_the_unsaved_mark_follows_undo_and_redo",
            f"{WINDOW}test_window_files.py::test_closing_asks_first",
            f"{WINDOW}test_files.py::test_unsaved_changes_are_asked_about",
        ),
    ),
    4: (
        "recovery after a crash",
        (
            f"{WINDOW}test_recovery.py::test_killed_at_any_instant_it_loses_at_most_two_seconds",
            f"{WINDOW}test_recovery.py::test_the_next_start_offers_it_with_what_differs",
            f"{WINDOW}test_recovery.py::test_no_prompt_for_what_was_saved_or_is_broken",
        ),
    ),
    5: (
        "pan",
        (
            f"{LOOKING}TestLooking::test_middle_drag_pans",
            f"{LOOKING}TestLooking::test_space_drag_pans_and_selects_nothing",
            f"{LOOKING}TestLooking::test_a_trackpad_pans_and_zooms_with_ctrl",
            f"{HERE}test_row_05_two_fingers_pan",
        ),
    ),
    6: (
        "zoom",
        (
            f"{LOOKING}TestLooking::test_wheel_zooms_at_the_cursor",
            f"{HERE}test_row_06_pinch",
            f"{HERE}test_row_06_a_wheel_without_phases_pans_where_it_is_preferred_and_ctrl_zooms",
            f"{LOOKING}TestLooking::test_zoom_is_bounded",
            f"{LOOKING}TestLooking::test_fit_and_100_percent",
            f"{WINDOW}test_preferences.py::test_the_wheel_pans_or_zooms",
        ),
    ),
    7: ("fit", (f"{HERE}test_row_07_fit_all_and_selection",)),
    8: (
        "quick-add",
        (
            f"{QUICK_ADD}TestQuickAdd::test_tab_search_enter",
            f"{QUICK_ADD}TestQuickAdd::test_double_click_on_empty_ground",
            f"{HERE}test_row_08_the_search_box_is_at_the_cursor",
        ),
    ),
    9: (
        "a wire dropped on nothing",
        (
            f"{QUICK_ADD}TestQuickAdd::test_a_wire_dropped_on_nothing_offers_what_fits",
            f"{QUICK_ADD}TestQuickAdd::test_esc_leaves_no_wire",
        ),
    ),
    10: (
        "palette",
        (
            f"{GESTURES}TestDrops::test_a_layer_lands_at_the_cursor",
            f"{WINDOW}test_main_window.py::test_the_palette_appends_connected_layers",
            f"{WINDOW}test_palette.py::test_enter_in_the_search_box_takes_the_best_match",
            f"{WINDOW}test_palette.py::test_a_double_click_chooses",
        ),
    ),
    11: (
        "draw a wire",
        (
            f"{GESTURES}TestWires::test_from_output_to_input",
            f"{GESTURES}TestWires::test_from_input_to_output",
            f"{GESTURES}TestWires::test_on_a_body_the_free_port_is_found",
        ),
    ),
    12: (
        "validity while dragging",
        (f"{GESTURES}TestWires::test_a_cycle_is_refused_while_dragging_and_on_release",),
    ),
    13: (
        "an occupied input",
        (
            f"{GESTURES}TestWires::test_an_occupied_input_is_replaced",
            f"{GESTURES}TestWires::test_a_merge_takes_more",
            f"{GESTURES}TestWires::test_a_merge_takes_one_tensor_twice",
        ),
    ),
    14: (
        "pick up a wire",
        (
            f"{GESTURES}TestWires::test_picked_up_and_dropped_on_nothing_it_is_gone",
            f"{GESTURES}TestWires::test_picked_up_and_moved_to_another",
            f"{GESTURES}TestWires::test_picked_up_and_cancelled",
        ),
    ),
    15: (
        "select",
        (
            f"{GESTURES}TestSelecting::test_click_selects_and_empty_ground_deselects",
            f"{GESTURES}TestSelecting::test_ctrl_toggles",
            f"{GESTURES}TestSelecting::test_marquee",
            f"{HERE}test_row_15_all_and_none",
        ),
    ),
    16: (
        "insert on a wire",
        (
            f"{GESTURES}TestMoving::test_dropped_on_a_wire_it_is_inserted",
            f"{GESTURES}TestMoving::test_alt_suppresses_insertion",
            f"{GESTURES}TestDrops::test_on_a_wire_it_is_inserted_in_one_step",
            f"{HERE}test_row_16_the_wire_is_highlighted_while_a_node_is_over_it",
            "tests/canvas/test_motion.py::test_what_makes_room_slides_and_what_the_hand_moved_does_not",
        ),
    ),
    17: (
        "delete and dissolve",
        (
            f"{KEYBOARD}TestEditing::test_delete_and_backspace",
            f"{KEYBOARD}TestEditing::test_dissolve",
        ),
    ),
    18: (
        "clipboard",
        (
            f"{CLIPBOARD}TestClipboard::test_copy_and_paste_keep_inner_wires",
            f"{CLIPBOARD}TestClipboard::test_between_windows",
            f"{CLIPBOARD}TestClipboard::test_duplicate",
            f"{HERE}test_row_18_cut_and_paste_at_the_cursor",
        ),
    ),
    19: (
        "errors",
        (
            f"{WINDOW}test_main_window.py::test_problems_are_counted_and_lead_to_their_node",
            f"{WINDOW}test_problems.py::test_a_click_leads_to_the_node",
            f"{WINDOW}test_problems.py::test_a_fix_is_one_undo_step",
            f"{WINDOW}test_problems.py::test_a_fix_that_puts_a_layer_in_makes_room_for_it",
            "tests/engine/test_remedies.py::test_a_remedy_mends",
            "tests/codegen/test_problems.py::test_parameters_that_do_not_fit_are_reset_by_a_button",
            "tests/canvas/test_scene.py::TestAnalysis::test_the_worst_problem_is_the_badge",
        ),
    ),
    20: (
        "tensor shapes",
        (
            "tests/canvas/test_scene.py::TestAnalysis::test_shapes_stand_on_wires_and_counts_on_nodes",
            "tests/canvas/test_scene.py::TestAnalysis::"
            "test_every_wire_says_its_shape_clear_of_nodes_wires_and_other_shapes",
            f"{KEYBOARD}test_tooltips_say_problems_and_shapes",
            f"{HERE}test_row_20_shapes_are_hidden_when_zoomed_out",
        ),
    ),
    21: (
        "inspector",
        (
            f"{WINDOW}test_inspector.py::test_several_layers_of_one_type_are_edited_at_once",
            f"{WINDOW}test_inspector.py::test_changed_ones_come_first_and_can_be_reset",
            f"{WINDOW}test_inspector.py::test_the_wheel_changes_nothing",
            f"{WINDOW}test_inspector.py::test_every_layer_of_the_catalogue_has_a_form",
        ),
    ),
    22: (
        "rename",
        (
            f"{KEYBOARD}TestRenaming::test_f2",
            f"{KEYBOARD}TestRenaming::test_a_refused_name_says_why_and_stays_open",
        ),
    ),
    23: (
        "find",
        (
            f"{WINDOW}test_find.py::test_enter_and_f3_go_round_and_esc_ends",
            f"{WINDOW}test_find.py::test_names_types_and_parameters_are_found",
            f"{WINDOW}test_find.py::test_frames_and_notes_are_found_by_their_words",
        ),
    ),
    24: (
        "tidy",
        (
            f"{KEYBOARD}TestEditing::test_tidy_is_one_step",
            "tests/canvas/test_arrange.py::test_only_the_chosen_nodes_move",
            "tests/canvas/test_arrange.py::test_skip_wires_go_around_nodes",
        ),
    ),
    25: (
        "arrow keys",
        (
            f"{KEYBOARD}TestEditing::test_arrows_walk",
            f"{KEYBOARD}TestEditing::test_nudging_is_one_step",
        ),
    ),
    26: (
        "outline",
        (
            f"{WINDOW}test_outline.py::test_rows_stand_in_topological_order",
            f"{WINDOW}test_outline.py::test_shapes_counts_and_problems_are_shown",
            f"{WINDOW}test_outline.py::test_selection_is_in_step_both_ways",
            f"{WINDOW}test_outline.py::test_connect_to_offers_what_fits_and_draws_the_wire",
            f"{WINDOW}test_outline.py::test_disconnect_offers_the_wires_in_words",
            f"{WINDOW}test_outline.py::test_insert_key_adds_a_layer_after_the_current_one",
            f"{WINDOW}test_outline.py::test_keys_duplicate_dissolve_copy_and_paste",
            f"{WINDOW}test_outline.py::TestFramesAndNotes::test_f2_edits_a_note_in_several_lines",
            f"{WINDOW}test_outline.py::TestFramesAndNotes::test_keys_duplicate_cut_paste_and_delete",
        ),
    ),
    27: (
        "context menus",
        (
            f"{KEYBOARD}TestMenus::test_of_a_node",
            f"{KEYBOARD}TestMenus::test_of_a_wire",
            "tests/canvas/test_ports.py::test_a_wire_can_be_taken_hold_of_between_tidy_rows",
            f"{KEYBOARD}TestMenus::test_of_the_ground_by_keyboard",
            f"{WINDOW}test_frame.py::test_shift_f10_opens_the_menu_of_what_the_keyboard_is_on",
            "tests/canvas/test_cut_wires.py::TestPort::test_the_menu_of_a_port_and_of_a_layer",
        ),
    ),
    28: (
        "panes",
        (
            f"{WINDOW}test_main_window.py::test_docks_hide_show_and_are_remembered",
            f"{WINDOW}test_main_window.py::test_f6_goes_around_the_panes",
        ),
    ),
    29: (
        "files",
        (
            f"{WINDOW}test_files.py::test_save_asks_where_once",
            f"{WINDOW}test_files.py::test_open_replaces_a_saved_project_at_once",
            f"{WINDOW}test_files.py::test_the_data_keeps_its_place_when_saved_elsewhere",
            f"{WINDOW}test_dropped.py::test_of_several_the_project_opens",
            f"{WINDOW}test_window_files.py::test_recent_files_are_in_the_menu",
            f"{WINDOW}test_window_files.py::test_a_file_dropped_on_the_window_is_opened",
        ),
    ),
    30: (
        "light and dark",
        (
            f"{WINDOW}test_main_window.py::test_the_theme_can_be_chosen_and_is_remembered",
            "tests/canvas/test_theme.py::test_the_system_is_followed_for_as_long_as_it_is_wished",
            "tests/x11/test_journey.py::test_in_a_dark_system_the_window_is_dark",
        ),
    ),
    31: ("status", (f"{WINDOW}test_main_window.py::test_shapes_reach_every_corner",)),
    32: (
        "command palette",
        (
            f"{WINDOW}test_command_palette.py::test_every_command_is_there_with_its_key",
            f"{WINDOW}test_command_palette.py::test_enter_runs_it_and_the_keyboard_goes_back",
        ),
    ),
    33: (
        "preferences",
        (
            f"{WINDOW}test_preferences.py::test_pressing_keys_changes_a_shortcut",
            f"{WINDOW}test_preferences.py::test_a_command_is_chosen_and_assigned_by_mouse",
            f"{WINDOW}test_preferences.py::test_a_conflict_is_said_and_assigning_takes_the_key",
        ),
    ),
    34: ("auto-pan", (f"{GESTURES}TestMoving::test_near_the_edge_the_view_follows",)),
    35: (
        "cut wires",
        (
            "tests/canvas/test_cut_wires.py::TestLine::test_it_cuts_what_it_crosses_in_one_step",
            "tests/canvas/test_cut_wires.py::TestPort::test_alt_and_an_output",
            "tests/canvas/test_cut_wires.py::TestPort::test_alt_and_an_input",
        ),
    ),
    36: (
        "frame and note",
        (
            f"{MARKS}TestFrames::test_ctrl_g_wraps_the_selection",
            f"{MARKS}TestFrames::test_its_title_is_asked_for_at_once_in_the_same_step",
            f"{MARKS}TestNotes::test_n_drops_a_note_at_the_mouse",
            f"{MARKS}TestNotes::test_what_was_written_stays_however_the_writing_ends",
            f"{TOGETHER}TestTogether::test_they_are_dragged_and_nudged_together",
            f"{TOGETHER}TestTogether::test_what_is_pasted_is_selected",
        ),
    ),
    37: (
        "block",
        (
            "tests/canvas/test_blocks.py::test_the_selection_becomes_a_block_in_its_place_and_is_named",
            "tests/canvas/test_blocks.py::test_double_click_enters_and_escape_leaves",
            "tests/canvas/test_blocks.py::test_ungroup_brings_everything_back_where_it_was",
            f"{WINDOW}test_blocks.py::test_breadcrumbs_lead_back",
        ),
    ),
    38: (
        "bypass",
        (
            "tests/canvas/test_bypass.py::test_m_bypasses_and_takes_back",
            "tests/canvas/test_bypass.py::test_another_shape_is_refused",
            f"{HERE}test_row_38_a_bypassed_layer_is_drawn_passed_through",
            f"{HERE}test_row_38_words_on_it_are_not_crossed_by_its_wire",
        ),
    ),
    39: (
        "flow selection",
        ("tests/canvas/test_replace.py::TestFlow::test_upstream_and_downstream",),
    ),
    40: (
        "minimap",
        (
            "tests/canvas/test_minimap.py::TestShowing::test_alt_m_hides_and_shows_it",
            "tests/canvas/test_minimap.py::TestMoving::test_a_click_and_a_drag_move_the_view",
            "tests/canvas/test_minimap.py::TestShowing::test_frames_and_notes_are_on_it",
        ),
    ),
    41: (
        "snap and align",
        (
            "tests/canvas/test_align.py::TestSnapping::test_near_a_neighbours_line_it_stands_in_line",
            "tests/canvas/test_align.py::TestSnapping::test_among_hundreds_in_sight_too",
            "tests/canvas/test_align.py::TestCommands::test_distances",
            f"{TOGETHER}TestTogether::test_a_frame_and_a_note_stand_in_line",
            f"{MARKS}TestFrames::test_its_corner_stands_in_line_with_an_edge_nearby",
        ),
    ),
    42: (
        "replace type",
        ("tests/canvas/test_replace.py::TestReplace::test_wires_and_the_same_parameters_stay",),
    ),
    43: (
        "canvas and code",
        (
            f"{WINDOW}test_code.py::test_selecting_a_node_marks_its_lines",
            f"{WINDOW}test_code.py::test_clicking_a_line_selects_its_node",
            f"{WINDOW}test_code.py::test_the_canvas_follows_edited_code_in_one_step",
        ),
    ),
    44: (
        "copy as picture",
        (
            "tests/canvas/test_picture.py::test_png",
            "tests/canvas/test_picture.py::test_svg",
            "tests/canvas/test_picture.py::test_a_part",
            f"{WINDOW}test_export.py::test_a_picture_of_the_selection_alone",
            "tests/canvas/test_picture.py::test_clipboard",
            f"{HERE}test_row_44_copied_by_command",
        ),
    ),
}
