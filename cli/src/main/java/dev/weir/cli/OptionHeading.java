package dev.weir.cli;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The heading under which the help lists the options of a mixin.
 *
 * <p>Not picocli's {@code ArgGroup}, which does not insist on the required options of a group.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface OptionHeading {
  String value();
}
