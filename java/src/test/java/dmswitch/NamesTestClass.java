package dmswitch;

import dmswitch.sandbox.process.Costs;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Names each test class to {@link Costs}; JUnit finds it by META-INF/services. */
public final class NamesTestClass implements BeforeAllCallback {
  @Override
  public void beforeAll(ExtensionContext context) {
    Class<?> outermost = context.getRequiredTestClass();
    while (outermost.getEnclosingClass() != null) {
      outermost = outermost.getEnclosingClass();
    }
    Costs.ofRun().setTestClass(outermost.getSimpleName());
  }
}
