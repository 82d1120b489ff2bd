// Every stable error code of the engine, with what it means and what to do about it.

/** Meaning of each code. */
export const ENGINE_ERRORS: Readonly<Record<string, string>> = {
  'actor.elsewhere':
    'Another thread owns the address, or none that runs: an actor is started by its own thread alone.',
  'actor.escalated':
    'The actor failed without a supervisor to handle it and was stopped; restart it once its cause is known.',
  'actor.failed_too_often':
    'It failed more often than its supervision allows and was stopped; restart it by hand.',
  'actor.message_quarantined':
    'The message failed every time it was tried and was put aside; nothing was applied. Look at the quarantine for its state and cause.',
  'actor.message_unfit':
    'A message, answer or event was no plain data (it held a function, say) and could not leave its thread; nothing of it was applied there.',
  'actor.not_found': 'No behaviour of that kind runs here; check the address.',
  'actor.rebuilt':
    'An earlier commit of the actor failed, so this one was not applied either; ask again.',
  'actor.recovery_failed':
    "The behaviour could not read the actor's past; it stays stopped, its journal untouched.",
  'actor.state_unfit':
    'The behaviour could not encode the state of the actor, which goes on; snapshots hold what was kept of it before. Restart it: it comes back from its last good state and its events.',
  'actor.stop_forced':
    'The actor was stopped before its commit was known; ask again with the same key to learn what was applied.',
  'actor.stopped': 'The actor was stopped; restart it first.',
  'actor.stopping': 'The actor is finishing its last work and takes no more.',
  'actor.turn_failed': 'The turn failed and nothing of it was applied; trying again may help.',
  'actor.unknown_message': 'The actor does not understand messages of that kind.',
  'arrow.too_large': 'A batch of the Arrow file is larger than its bound; write smaller ones.',
  'arrow.unreadable':
    'The file is not whole Arrow IPC with the columns expected; the text says what is wrong.',
  'ask.bad_deadline': 'The deadline of an ask was negative, endless or no number.',
  'ask.late': 'An answer came when its asker waited no longer; what was asked has been done.',
  'ask.too_many': 'Too many asks wait for their answers; slow down and try again.',
  'behaviour.bad_lane':
    'A message kind waits in a lane or overflows in a way that does not exist, or has a key and is not conflated.',
  'behaviour.bad_version': "A behaviour's version must be a whole number from 1.",
  'behaviour.event_newer': 'A newer release stored an event of this actor; start that release.',
  'behaviour.kind_twice': 'Two behaviours of one system have the same kind.',
  'behaviour.snapshot_newer':
    'A newer release stored the snapshot of this actor; start that release.',
  'columns.have_rows': 'Columns need at least one row.',
  'columns.names_are_unique': 'Two columns have the same name.',
  'command.key_reused':
    'The key belongs to an earlier command of another kind; make a new key for each command.',
  'command.key_too_long': 'The command key is longer than the bound.',
  'duckdb.cannot_open': 'The database could not be opened.',
  'duckdb.failed': 'The database refused a statement.',
  'duckdb.not_a_query': 'Only one query may be run here; nothing can be written.',
  'duckdb.not_double': 'A result column was expected to hold numbers.',
  'duckdb.out_of_time': 'The query took longer than it may; ask for less or allow more.',
  'duckdb.too_many_rows': 'A result was larger than its bound.',
  'grpc.port_busy': 'Another process listens on the port.',
  'grpc.connection_lost':
    'The server hung up before it answered; what it was asked may have been done.',
  'grpc.refused': 'The server refused the call.',
  'grpc.too_long': 'The message is longer than the server takes; send it in parts.',
  'grpc.timed_out': 'The server did not answer in time; what it was asked may have been done.',
  'grpc.unavailable': 'No server answered; check that it runs and the address.',
  'http.bad_type': "The request's content type is not one the service reads.",
  'http.internal': 'The service failed on the request; its log says why.',
  'http.method': 'The address does not answer this method.',
  'http.not_found': 'Nothing lies at the address.',
  'http.other_host': 'The request names another host than this one.',
  'http.other_origin': 'The page that sent the request is not one this service trusts.',
  'http.stopped': 'The call was ended by who made it.',
  'http.timed_out': 'The server did not answer in time; try again.',
  'http.too_large': 'The body of the request or the answer is larger than its bound.',
  'http.too_many_requests': 'Too many requests are under way; try again.',
  'http.too_many_sockets': 'Too many sockets are open; try again.',
  'http.unreachable': 'The server could not be reached; check the address and the network.',
  'journal.backup_exists': 'The file to copy the journal to is there already.',
  'journal.backup_failed': 'The copy of the journal could not be written; nothing was left of it.',
  'journal.bad_name': 'A name or address is empty or longer than a key may be.',
  'journal.busy': 'Too much waits to be written; try again.',
  'journal.cannot_open': "The journal's file could not be opened.",
  'journal.closed': 'The journal has been closed; nothing was written.',
  'journal.commit_failed': 'The disk refused the write; nothing of it was stored.',
  'journal.corrupt': 'A record is damaged; verify the journal and restore a backup.',
  'journal.damaged': 'The copy to restore from is damaged, so it was not put back.',
  'journal.disk_full': 'The disk is full; nothing was written. Make room and try again.',
  'journal.event_too_large': 'An event is larger than its bound.',
  'journal.locked': 'Another process writes this journal.',
  'journal.missing': 'There is no journal in the directory.',
  'journal.out_of_sequence':
    'An event was there already, or one before it is missing; nothing was written.',
  'journal.read_only': 'The journal was opened to be read.',
  'journal.restore_exists': 'The directory to restore into has a journal.',
  'journal.restore_failed': 'The journal could not be put back; nothing was left of the try.',
  'journal.unwritable': "The directory can't be written to.",
  'journal.value_has_a_form':
    'A value of a type that the journal has no form for was to be stored.',
  'journal.value_too_large': 'A snapshot, view or input is larger than its bound.',
  'link.counted_message_is_there':
    'A message was counted that did not arrive at its thread; the program is wrong, please report it.',
  'mailbox.displaced': 'A newer message took the place of this one before it was handled.',
  'mailbox.full': "The actor's lane is full; try again later.",
  'mailbox.no_key':
    'The behaviour could not make the key that messages of the kind are conflated by; it was not delivered.',
  'nng.cannot_bind': 'The socket could not be bound to its address.',
  'nng.unavailable': 'The messaging library is not installed.',
  'ring.capacity_is_a_power_of_two': "A ring's capacity must be a power of two.",
  'shard.exited': "A shard's thread ended its process; it is replaced.",
  'shard.failed': "An error that nothing caught ended a shard's thread; it is replaced.",
  'shard.hung': "A shard's thread did not beat for its patience; it was ended and is replaced.",
  'shard.killed': "A shard's thread was killed on request; it is replaced.",
  'shard.link_full':
    'A thread does not take its messages any more and as many as may wait do; slow down and try again.',
  'shard.lost':
    'The thread of the actor was lost, or is being replaced; what was asked may have been done. Ask again with the same key.',
  'shard.never_began': "A shard's thread never began to beat; it was ended and is replaced.",
  'shard.out_of_memory': "A shard's thread outgrew its heap; it is replaced.",
  'shard.unknown': 'There is no shard of that number.',
  'sim.appends_within_bound': 'A simulated disk was given more appends than any node sends.',
  'sim.delay_not_negative': 'A simulated world was asked to do something in the past.',
  'sim.happenings_within_bound': 'A simulated world makes more work than it does: a loop.',
  'sim.journal_has_the_record': 'A simulated disk was asked for a record it does not have.',
  'sim.journal_is_whole': 'A record of a simulated disk does not follow the one before it.',
  'supervision.backoff_reversed': 'The first delay is longer than the longest.',
  'supervision.bad_number': 'A number of a supervision is out of its range.',
  'supervision.escalated': "A child's failure became its supervisor's own.",
  'supervision.never_gives_up':
    'The first delay is longer than the period, so the intensity could not be reached.',
  'supervision.never_quarantines': 'The supervisor would give up before a message is put aside.',
  'supervision.restarts_never': 'A supervision restarts, with an intensity of 0.',
  'supervision.unknown_word': 'A supervision names a strategy or directive that does not exist.',
  'system.delivers_what_was_told':
    'An ask of another thread was delivered like a tell, so its answer would find a stranger.',
  'system.full': 'As many actors as may be are in memory; try again later.',
  'system.knows_the_kind': 'An actor of a kind that the system does not have was to be started.',
  'system.retold_message_persists_nothing':
    'A message that recovery told again persisted an event: it should have left one before.',
  'system.shutting_down': 'The system is shutting down and starts nothing more.',
  'timers.too_many':
    'Too many timers were pending when the turn’s effects left; the timer was not set.',
  'turn.address_is_text': 'A turn was to send to, start, stop or watch what has no address.',
  'turn.answers_once': 'A turn answered twice.',
  'turn.asks_within_bound':
    'A turn asked more than its actor has room for answers; it asks again when some have come.',
  'turn.deadline_is_a_duration':
    'A turn asked with a deadline that was negative, endless or no number.',
  'turn.delay_not_negative': "A timer's delay was negative.",
  'turn.effects_within_bound': 'A turn had more effects than any sensible turn has.',
  'turn.event_kind_is_not_reserved':
    "A behaviour persisted an event of a kind that is the engine's.",
  'turn.events_within_bound': 'A turn had more events than any sensible turn has.',
  'turn.message_has_a_kind': 'A turn was to send something that is no message: it has no kind.',
  'turn.restart_is_known': 'A child was to be neither permanent, transient nor temporary.',
  'turn.shutdown_not_negative': "A child's shutdown deadline was negative.",
  'turn.timers_within_bound': 'An actor set more timers than any sensible one has pending.',
  'watch.too_many': 'Too many actors watch one; it was not watched by one more.',
  'websocket.port_busy': 'Another process listens on the port.',
  'wire.tag_is_known':
    'Bytes were read as a message that no encoder wrote; the program is wrong, please report it.',
};
