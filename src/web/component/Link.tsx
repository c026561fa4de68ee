// A link to a place of ours: a real anchor (open in a new tab works), followed without loading anew.

import type { AnchorHTMLAttributes, MouseEvent } from 'react';
import { navigate, toHref } from '../location.ts';

interface LinkProps extends Omit<AnchorHTMLAttributes<HTMLAnchorElement>, 'href'> {
  readonly to: string;
}

export function Link({ to, children, onClick, ...rest }: LinkProps) {
  const follow = (event: MouseEvent<HTMLAnchorElement>): void => {
    onClick?.(event);
    if (event.defaultPrevented || event.button !== 0) return;
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    navigate(to);
  };
  return (
    <a href={toHref(to)} onClick={follow} {...rest}>
      {children}
    </a>
  );
}
