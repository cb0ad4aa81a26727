package org.sidereus.streams.topology;

import java.nio.charset.StandardCharsets;
import java.util.Set;

/**
 * What markers, withdrawals and renames do at one partition, after everything before them is
 * concluded. For one thread.
 */
final class IntakeSignals {
  private final GroupMembers members;
  private final SurveyTimes surveys;
  private final GroupNames names;
  private final IntakeVisits visits;
  private final Ledger ledger;
  private final GroupReporter reporter;
  private final IntakeOutputs outputs;
  private final OddEvents odd;

  IntakeSignals(
      GroupMembers members,
      SurveyTimes surveys,
      GroupNames names,
      IntakeVisits visits,
      Ledger ledger,
      GroupReporter reporter,
      IntakeOutputs outputs,
      OddEvents odd) {
    this.members = members;
    this.surveys = surveys;
    this.names = names;
    this.visits = visits;
    this.ledger = ledger;
    this.reporter = reporter;
    this.outputs = outputs;
    this.odd = odd;
  }

  /** Concludes a signal. */
  void conclude(DecodedEvent.Signal signal, ReceivedEvent event, long nowMs, WorkBudget.Call call) {
    if (signal instanceof DecodedEvent.Marker marker) {
      ledger.marker();
      surveys.marked(marker.survey(), marker.timeMs());
      surveys.store();
      reporter.marker(nowMs, call);
    } else if (signal instanceof DecodedEvent.Withdrawal withdrawal) {
      withdraw(withdrawal, event, nowMs);
    } else if (signal instanceof DecodedEvent.Rename rename) {
      ledger.rename();
      names.rename(rename.oldName(), rename.newName());
    }
  }

  private void withdraw(DecodedEvent.Withdrawal withdrawal, ReceivedEvent event, long nowMs) {
    GroupMembers.Withdrawn withdrawn =
        members.withdraw(withdrawal, withdrawal.group().map(names::namesOf).orElse(Set.of()));
    ledger.withdrawal(withdrawn.contributions());
    odd.checkPlace(event, withdrawal.object());
    if (!withdrawn.found()) {
      odd.unknownWithdrawal(event, withdrawal.object());
    }
    members.store();
    reporter.change(nowMs);
    if (withdrawal.group().isPresent()) {
      return;
    }
    visits.forget(withdrawal);
    byte[] key = withdrawal.object().getBytes(StandardCharsets.UTF_8);
    if (!withdrawn.remains()) {
      outputs.forward(key, new IntakeOutput.NoPosterior());
      return;
    }
    for (MemberKey one : withdrawn.forgotten()) {
      outputs.forward(key, new IntakeOutput.ToPosteriors(AvroRecords.withdrawn(one, event)));
    }
  }
}
