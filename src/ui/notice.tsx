import { CircleCheck, CircleHelp, Info, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { classNames } from './class-names.ts';

type Tone = 'good' | 'bad' | 'unsure' | 'plain';

const TONES: Record<Tone, { box: string; icon: ReactNode }> = {
  good: {
    box: 'border-leaf/35 bg-leaf-wash [&>svg]:text-leaf',
    icon: <CircleCheck aria-hidden className="mt-0.5 size-5 shrink-0" />,
  },
  bad: {
    box: 'border-clay/35 bg-clay-wash [&>svg]:text-clay',
    icon: <TriangleAlert aria-hidden className="mt-0.5 size-5 shrink-0" />,
  },
  unsure: {
    box: 'border-sand/40 bg-sand-wash [&>svg]:text-sand',
    icon: <CircleHelp aria-hidden className="mt-0.5 size-5 shrink-0" />,
  },
  plain: {
    box: 'border-line bg-raised [&>svg]:text-soft',
    icon: <Info aria-hidden className="mt-0.5 size-5 shrink-0" />,
  },
};

interface NoticeProps {
  readonly tone: Tone;
  readonly title: string;
  readonly children?: ReactNode;
  readonly actions?: ReactNode;
}

/** Says what happened. Whoever shows one late puts it into a live region, or it goes unheard. */
export function Notice({ tone, title, children, actions }: NoticeProps): ReactNode {
  return (
    <div
      className={classNames(
        'flex max-w-2xl animate-arrive gap-3.5 rounded-2xl border p-4 sm:p-5',
        TONES[tone].box,
      )}
    >
      {TONES[tone].icon}
      <div className="min-w-0 grow space-y-2">
        <p className="font-semibold leading-snug">{title}</p>
        {children !== undefined && <div className="space-y-2 text-[0.95rem]">{children}</div>}
        {actions !== undefined && <div className="flex flex-wrap gap-3 pt-2">{actions}</div>}
      </div>
    </div>
  );
}
