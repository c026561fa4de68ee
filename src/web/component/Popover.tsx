// A button that opens a small panel under itself. Escape and a click elsewhere close it.

import { type ReactNode, useEffect, useRef } from 'react';
import './popover.css';

interface PopoverProps {
  readonly label: ReactNode;
  readonly title: string;
  readonly isOpen: boolean;
  readonly onToggle: (isOpen: boolean) => void;
  readonly align?: 'left' | 'right';
  readonly children: ReactNode;
}

export function Popover({ label, title, isOpen, onToggle, align, children }: PopoverProps) {
  const ref = useRef<HTMLDivElement>(null);
  const toggleRef = useRef(onToggle);
  useEffect(() => {
    toggleRef.current = onToggle;
  });
  useEffect(() => {
    if (!isOpen) return;
    ref.current
      ?.querySelector<HTMLElement>('.popover-panel :is([aria-pressed="true"], input)')
      ?.focus();
    const onPointer = (event: PointerEvent): void => {
      if (!ref.current?.contains(event.target as Node)) toggleRef.current(false);
    };
    const onKey = (event: KeyboardEvent): void => {
      if (event.key !== 'Escape') return;
      event.preventDefault();
      toggleRef.current(false);
      ref.current?.querySelector('button')?.focus();
    };
    document.addEventListener('pointerdown', onPointer);
    document.addEventListener('keydown', onKey, true);
    return () => {
      document.removeEventListener('pointerdown', onPointer);
      document.removeEventListener('keydown', onKey, true);
    };
  }, [isOpen]);
  return (
    <div className="popover" ref={ref}>
      <button
        type="button"
        className="button"
        title={title}
        aria-expanded={isOpen}
        onClick={() => onToggle(!isOpen)}
      >
        {label}
      </button>
      {isOpen && <div className={`popover-panel ${align ?? 'left'}`}>{children}</div>}
    </div>
  );
}
