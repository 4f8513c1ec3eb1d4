import type { DatabaseSync } from "node:sqlite";
import type { ItemId } from "../../core/id.ts";
import type { AuditEntry } from "../../core/audit.ts";
import { prepareAdvance } from "./advance.ts";
import {
  prepareAuditLines,
  prepareCutAt,
  prepareDropCut,
  prepareDropEntries,
  prepareVerifyAudit,
} from "./audit.ts";
import { prepareBegin, prepareDefer } from "./begin.ts";
import { openBooks } from "./books.ts";
import { prepareClear, prepareHold } from "./clear.ts";
import { prepareCloseAttempt } from "./close-attempt.ts";
import {
  prepareChecks,
  prepareForgetSelfTests,
  prepareRecordCheck,
} from "./checks.ts";
import {
  prepareAttemptsUnderWay,
  prepareCrossing,
  prepareMarkRestored,
  prepareResumeCrossing,
  prepareStopCrossing,
  prepareWaitingToCross,
} from "./crossing.ts";
import { prepareDisaster, prepareDisasterActs } from "./disaster.ts";
import { prepareDiscard } from "./discard.ts";
import {
  prepareDigest,
  prepareDigestContent,
  prepareTellHeld,
} from "./digests.ts";
import { prepareDepths, prepareDue } from "./due.ts";
import {
  prepareCounts,
  prepareHolds,
  prepareItem,
  prepareRecent,
  prepareRecipients,
  prepareStates,
} from "./look.ts";
import { prepareExpireLeases } from "./expire-leases.ts";
import { prepareForgetItems } from "./forget-items.ts";
import { prepareOpenAttempt } from "./open-attempt.ts";
import { prepareInsertItem, prepareReceive } from "./receive.ts";
import { preparePasswordTries } from "./password-tries.ts";
import { preparePasswords } from "./passwords.ts";
import { prepareRelease } from "./release.ts";
import { prepareExceptions } from "./exceptions.ts";
import { prepareOriginals } from "./originals.ts";
import { preparePins } from "./pins.ts";
import { prepareReenter } from "./reenter.ts";
import { prepareRescans } from "./rescans.ts";
import {
  prepareChildrenOf,
  preparePlaceOf,
  prepareRequest,
  prepareRequests,
  prepareRequestsOf,
} from "./request-look.ts";
import {
  prepareAnswerOpen,
  prepareAnswerRequest,
  prepareApproveRequest,
  prepareConfirmDecision,
  preparePutRequest,
  prepareWithdrawRequest,
} from "./requests.ts";
import { prepareEntries, prepareHistory } from "./history.ts";
import { prepareSearch } from "./search.ts";
import { prepareSecond } from "./second.ts";
import { prepareSettleRescan } from "./settle-rescan.ts";
import { prepareHoldRecipient, prepareSettle } from "./settle.ts";
import { prepareVersion } from "./version.ts";
import { prepareEndWaitsAhead } from "./waits-ahead.ts";

/** Every question that the ledger answers. The first argument of each is the asker's clock, epoch ms. */
export function prepareQuestions(database: DatabaseSync) {
  const books = openBooks(database);
  const settle = prepareSettle(database, books);
  const holdRecipient = prepareHoldRecipient(database, books);
  const insertItem = prepareInsertItem(database);
  const after = { settle, holdRecipient };
  const versionOf = prepareVersion(database);
  const reenter = prepareReenter(database, books, insertItem);
  const { pinOf, ...pins } = preparePins(database, books);
  const { exceptions, exceptionsRevision, ...exceptionActs } =
    prepareExceptions(database, books);
  const { originals, ...originalActs } = prepareOriginals(database, books);
  const answerOpen = prepareAnswerOpen(database);
  const hold = prepareHold(
    database,
    books,
    prepareTellHeld(database, insertItem),
  );
  const settleRescan = prepareSettleRescan(database, books, {
    ...{ reenter, answerOpen, hold },
  });
  const rescans = prepareRescans(database, books, {
    ...{ settle: settleRescan, versionOf },
  });
  const release = prepareRelease(database, books, {
    ...{ reenter, versionOf, answerOpen },
  });
  const passwords = preparePasswords(database, books, insertItem);
  const tries = preparePasswordTries(database, books);
  return {
    /** Run inside the transaction of their batch. */
    writes: {
      receive: prepareReceive(insertItem, books),
      begin: prepareBegin(database),
      defer: prepareDefer(database),
      advance: prepareAdvance(database, books),
      clear: prepareClear(database, books, {
        ...{ settle, passwords, tries },
        makeSecond: prepareSecond(database, books, insertItem),
      }),
      hold,
      refusePassword: (at: number, id: ItemId) => tries.refuse(at, id),
      matchPasswords: (at: number, windowMs: number) =>
        passwords.match(at, windowMs),
      digest: prepareDigest(database, books, insertItem),
      openAttempt: prepareOpenAttempt(database, books, after),
      expireLeases: prepareExpireLeases(database),
      endWaitsAhead: prepareEndWaitsAhead(database),
      closeAttempt: prepareCloseAttempt(database, books, after),
      release,
      discard: prepareDiscard(database, books, { versionOf, answerOpen }),
      dropCut: prepareDropCut(database),
      dropEntries: prepareDropEntries(database),
      forgetItems: prepareForgetItems(database),
      stopCrossing: prepareStopCrossing(database, books),
      resumeCrossing: prepareResumeCrossing(database, books),
      markRestored: prepareMarkRestored(database, books, after),
      ...prepareDisasterActs(database, books),
      recordCheck: prepareRecordCheck(database, books),
      forgetSelfTests: prepareForgetSelfTests(database),
      record: (at: number, entry: AuditEntry) => {
        books.append(at, entry);
      },
      ...pins,
      ...exceptionActs,
      ...originalActs,
      ...rescans.writes,
      putRequest: preparePutRequest(database, books),
      withdrawRequest: prepareWithdrawRequest(database, books),
      approveRequest: prepareApproveRequest(database, books, release),
      answerRequest: prepareAnswerRequest(database, books, versionOf),
      confirmDecision: prepareConfirmDecision(database, books),
    },
    /** Run after the commit of their batch, outside of any transaction. */
    reads: {
      item: prepareItem(database),
      recipients: prepareRecipients(database),
      due: prepareDue(database),
      depths: prepareDepths(database),
      states: prepareStates(database),
      counts: prepareCounts(database),
      recent: prepareRecent(database),
      holds: prepareHolds(database),
      cutAt: prepareCutAt(database),
      auditLines: prepareAuditLines(database),
      verifyAudit: prepareVerifyAudit(database),
      search: prepareSearch(database),
      version: (_at: number, id: ItemId) => versionOf(id),
      history: prepareHistory(database),
      entries: prepareEntries(database),
      pinOf,
      exceptions,
      exceptionsRevision,
      originals,
      ...rescans.reads,
      request: prepareRequest(database),
      requests: prepareRequests(database),
      requestsOf: prepareRequestsOf(database),
      childrenOf: prepareChildrenOf(database),
      placeOf: preparePlaceOf(database),
      digestContent: prepareDigestContent(database),
      toOpen: (at: number, id: ItemId) => tries.toOpen(at, id),
      crossing: prepareCrossing(database),
      disaster: prepareDisaster(database),
      checks: prepareChecks(database),
      attemptsUnderWay: prepareAttemptsUnderWay(database),
      waitingToCross: prepareWaitingToCross(database),
    },
  };
}

export type Questions = ReturnType<typeof prepareQuestions>;
export type AllQuestions = Questions["writes"] & Questions["reads"];
export type QuestionName = keyof AllQuestions;
