"""Long work that shows progress, stops and resumes."""
