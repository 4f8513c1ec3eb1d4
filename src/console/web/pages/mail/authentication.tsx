import type { AuthenticationTold, MailTold } from "../../api/told.ts";
import { useAuthenticationWords } from "../../api/told-words.ts";
import { useWords } from "../../language/language.tsx";
import { Badge } from "../../parts/badge.tsx";
import type { Tone } from "../../parts/badge.tsx";
import { Section } from "../../parts/page.tsx";
import { Table } from "../../parts/table.tsx";
import { Untrusted } from "../../parts/untrusted.tsx";
import { WORDS } from "./words.ts";

type MethodTold = AuthenticationTold["methods"][number];

const TONES: Readonly<Record<MethodTold["result"], Tone>> = {
  ...{ pass: "good", fail: "bad", softfail: "wait", policy: "wait" },
  ...{ permerror: "wait", temperror: "wait", neutral: "plain", none: "plain" },
};

/** Whether it comes from whom it says. */
export function Authentication({ mail }: { readonly mail: MailTold }) {
  const words = useWords(WORDS);
  const told = useAuthenticationWords();
  const { authentication } = mail;
  return (
    <Section title={words.authentication}>
      <p>
        {authentication === null
          ? words.notAuthenticated
          : told.by[authentication.by]}
      </p>
      {authentication === null ? null : (
        <Methods methods={authentication.methods} />
      )}
    </Section>
  );
}

function Methods({ methods }: { readonly methods: readonly MethodTold[] }) {
  const words = useWords(WORDS);
  const told = useAuthenticationWords();
  const rows = methods.map((one, at) => ({ ...one, at: String(at) }));
  return (
    <Table
      caption={words.authentication}
      rows={rows}
      keyOf={({ at }) => at}
      columns={[
        {
          ...{ name: words.method, isHead: true, tight: true },
          cell: ({ method }) => method,
        },
        {
          ...{ name: words.result, tight: true },
          cell: ({ result }) => (
            <span className="row">
              <Badge tone={TONES[result]}>{told.title[result]}</Badge>
              <code className="soft">{result}</code>
            </span>
          ),
        },
        {
          name: words.domain,
          cell: ({ domain }) =>
            domain === null ? "—" : <Untrusted text={domain} />,
        },
        {
          name: words.meaning,
          cell: ({ method, result, policy }) => (
            <div className="stack-tight">
              <span>{told.meaning(method, result)}</span>
              {policy === null ? null : (
                <span className="soft">
                  {words.domainPolicy}
                  {told.policy[policy]} <code>p={policy}</code>
                </span>
              )}
            </div>
          ),
        },
      ]}
    />
  );
}
