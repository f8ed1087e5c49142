import type { ReactNode } from 'react';

const CASES: readonly { title: string; text: ReactNode }[] = [
  {
    title: 'No answer, or one that is retryable',
    text: (
      <>
        Wait, and send the same call with the same key. <Code>Retry-After</Code> says how long; without it
        wait twice as long each time, with jitter.
      </>
    ),
  },
  {
    title: 'A definite answer',
    text: 'Stop: it is decided, and every repeat gets the same. For another try (another card, a changed cart) make a new key.',
  },
  {
    title: 'Neither retryable nor definite',
    text: 'Stop, and don’t start anew. Someone is finding out; ask for the outcome later.',
  },
  {
    title: 'Given up on an answer?',
    text: (
      <>
        <Code>operations.outcome</Code> tells what has become of a key, at once. <Code>operations.close</Code>{' '}
        makes sure that a key which was never used executes nothing any more, even if a copy of the call is
        still on its way.
      </>
    ),
  },
];

/** What to do with an answer, or with none. */
export function RetryAdvice(): ReactNode {
  return (
    <ul className="grid gap-x-10 gap-y-6 md:grid-cols-2">
      {CASES.map(({ title, text }) => (
        <li key={title}>
          <h3 className="mb-1 font-text text-lg font-semibold tracking-normal">{title}</h3>
          <p className="max-w-xl text-[0.95rem] text-soft">{text}</p>
        </li>
      ))}
    </ul>
  );
}

function Code(props: { children: ReactNode }): ReactNode {
  return <code className="font-mono text-[0.85em] break-words text-ink">{props.children}</code>;
}
