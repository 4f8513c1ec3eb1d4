import type { Accounts } from "../../core/account.ts";
import { againstTwoPersons } from "../../policy/two-persons.ts";
import type { OnePerson } from "../../policy/two-persons.ts";
import { problemOf } from "./route.ts";
import type { Answer } from "./route.ts";

const REFUSALS: Readonly<Record<OnePerson, Answer>> = {
  "same-hands": problemOf(
    409,
    "SAME_HANDS",
    "二人で行う操作ですが、お二人の利用者は同じ管理者が発行した設定用リンクで登録されています。別の管理者が登録した方に依頼してください。いない場合は、サーバーの管理者に sekisho account reset によるリンクの再発行を依頼してください。",
  ),
  "new-credentials": problemOf(
    409,
    "NEW_CREDENTIALS",
    "二人で行う操作ですが、申請の後に認証情報を設定し直した方がいます。申請からやり直してください。",
  ),
};

/** Null: two people. Else what whoever acts hears. */
export async function unlessTwoPersons(
  accounts: Pick<Accounts, "hands">,
  names: readonly [string, string],
  since: number,
): Promise<Answer | null> {
  const [one, other] = names;
  const against = againstTwoPersons(
    { name: one, hands: await accounts.hands(one) },
    { name: other, hands: await accounts.hands(other) },
    since,
  );
  return against === null ? null : REFUSALS[against];
}
