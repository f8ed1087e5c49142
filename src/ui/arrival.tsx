'use client';

import { useEffect, useRef, type ReactNode } from 'react';

/**
 * Puts the reader's place where the news is, when it took the place of what they were using: for the eye
 * by scrolling, for the keyboard and the screen reader by the focus, which would else fall back to the top.
 */
export function Arrival(props: { children: ReactNode; className?: string }): ReactNode {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    box.current?.focus();
  }, []);
  return (
    <div ref={box} tabIndex={-1} className={`scroll-mt-28 outline-none ${props.className ?? ''}`}>
      {props.children}
    </div>
  );
}
